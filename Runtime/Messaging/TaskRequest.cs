using Orchestration.Runtime.Activations;

namespace Orchestration.Runtime.Messaging;

/// <summary>A call of a method that returns a task without a result.</summary>
internal abstract class TaskRequest : Request<Nothing>
{
    private Task? _running;

    /// <summary>Calls the method.</summary>
    protected abstract Task Invoke(object grain);

    internal sealed override void Start(Activation activation, object grain)
    {
        Task running;
        PrepareCancellation(activation);
        try
        {
            running = Invoke(grain) ?? throw Method.ReturnedNull();
        }
        catch (Exception exception)
        {
            Threw(activation, exception);
            return;
        }

        if (running.IsCompletedSuccessfully)
        {
            Returned(activation, default);
            return;
        }

        _running = running;
        if (running.IsCompleted)
        {
            Resumed(activation);
            return;
        }

        var awaiter = running.GetAwaiter();
        AwaitEnd(activation, ref awaiter);
    }

    protected sealed override void Resumed(Activation activation)
    {
        try
        {
            _running!.GetAwaiter().GetResult();
        }
        catch (Exception exception)
        {
            Threw(activation, exception);
            return;
        }

        Returned(activation, default);
    }
}
