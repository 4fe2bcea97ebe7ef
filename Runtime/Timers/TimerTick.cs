using Orchestration.Runtime.Activations;
using Orchestration.Runtime.Messaging;

namespace Orchestration.Runtime.Timers;

/// <summary>One tick of a grain timer, admitted like a call that no one waits for.</summary>
internal sealed class TimerTick(GrainTimer timer) : Call
{
    public override bool AlwaysInterleaves => timer.Options.Interleave;

    public override bool IsReadOnly => false;

    public override bool IsVoid => timer.IsDisposed;

    public override bool IsUse => timer.Options.KeepAlive;

    internal override void Start(Activation activation, object grain) => _ = RunAsync(activation);

    internal override void NotRun(Activation activation)
    {
        // Its activation has ended, and the timer with it.
    }

    internal override void ActivationFailed(Exception error)
    {
        // As above.
    }

    private async Task RunAsync(Activation activation)
    {
        try
        {
            await timer.CallAsync();
        }
        catch (OperationCanceledException) when (timer.IsDisposed)
        {
            // The callback was told to stop.
        }
        catch (Exception exception)
        {
            activation.Silo.Log.TimerFailed(exception, activation.GrainId);
        }

        timer.Ended();
        activation.Finished(this);
    }
}
