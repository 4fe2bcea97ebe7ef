using Orchestration.Runtime.Activations;

namespace Orchestration.Runtime.Messaging;

/// <summary>A call of a method that returns a task with a result.</summary>
/// <typeparam name="TResult">The result.</typeparam>
internal abstract class TaskRequest<TResult> : Request<TResult>
{
    private Task<TResult>? _running;

    /// <summary>Calls the method.</summary>
    protected abstract Task<TResult> Invoke(object grain);

    internal sealed override void Start(Activation activation, object grain)
    {
        Task<TResult> running;
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
            Returned(activation, running.Result);
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
        TResult result;
        try
        {
            result = _running!.GetAwaiter().GetResult();
        }
        catch (Exception exception)
        {
            Threw(activation, exception);
            return;
        }

        Returned(activation, result);
    }
}
