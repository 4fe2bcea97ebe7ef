using System.Runtime.CompilerServices;
using Orchestration.Runtime.Activations;

namespace Orchestration.Runtime.Messaging;

/// <summary>A call of a method that returns a value task without a result.</summary>
internal abstract class ValueTaskRequest : Request<Nothing>
{
    private ValueTaskAwaiter _running;

    /// <summary>Calls the method.</summary>
    protected abstract ValueTask Invoke(object grain);

    internal sealed override void Start(Activation activation, object grain)
    {
        PrepareCancellation(activation);
        try
        {
#pragma warning disable CA2012 // The awaiter is kept, and asked for its result once.
            _running = Invoke(grain).GetAwaiter();
#pragma warning restore CA2012
        }
        catch (Exception exception)
        {
            Threw(activation, exception);
            return;
        }

        if (_running.IsCompleted)
        {
            Resumed(activation);
            return;
        }

        AwaitEnd(activation, ref _running);
    }

    protected sealed override void Resumed(Activation activation)
    {
        try
        {
            _running.GetResult();
        }
        catch (Exception exception)
        {
            Threw(activation, exception);
            return;
        }

        Returned(activation, default);
    }
}
