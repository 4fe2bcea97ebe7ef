using System.Runtime.CompilerServices;
using Orchestration.Runtime.Activations;
using Orchestration.Runtime.Serialization;

namespace Orchestration.Runtime.Messaging;

/// <summary>A call with its typed outcome.</summary>
/// <typeparam name="TResult">The result; <see cref="Nothing"/> where there is none.</typeparam>
internal abstract class Request<TResult> : Request
{
    // Continuations must not run inside the callee's turn, a connection's read loop or the sweep.
    private TaskCompletionSource<TResult>? _caller;
    private TResult _result = default!;
    private Activation? _activation;

    /// <summary>The task that the caller awaits; made on the caller's side only, before the call is sent.</summary>
    public Task<TResult> CallerTask =>
        (_caller ??= new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>The result, once there is one.</summary>
    public TResult Result => _result;

    public override void WriteResult(WireWriter writer)
    {
        if (typeof(TResult) != typeof(Nothing)) writer.Write(_result);
    }

    public override void ReadResult(WireReader reader)
    {
        if (typeof(TResult) != typeof(Nothing)) _result = reader.Read<TResult>();
    }

    /// <summary>The grain's method has ended with a result.</summary>
    protected void Returned(Activation activation, TResult result)
    {
        try
        {
            _result = Caller is { } caller && typeof(TResult) != typeof(Nothing)
                ? caller.Copier.Pass(result, Method.ResultImmutable)
                : result;
        }
        catch (Exception exception)
        {
            // A result that cannot be passed on is the call's failure, and nobody else's.
            Threw(activation, exception);
            return;
        }

        Complete();
        activation.Finished(this);
    }

    /// <summary>The grain's method has ended with an error.</summary>
    protected void Threw(Activation activation, Exception exception)
    {
        activation.Threw(exception);
        Fail(exception);
        activation.Finished(this);
    }

    /// <summary>Has <see cref="Resumed"/> called, in a turn of the activation, when the grain's task has ended.</summary>
    protected void AwaitEnd<TAwaiter>(Activation activation, ref TAwaiter awaiter)
        where TAwaiter : ICriticalNotifyCompletion
    {
        _activation = activation;
        awaiter.UnsafeOnCompleted(OnEnded);
    }

    /// <summary>Reads the outcome of the grain's task.</summary>
    protected abstract void Resumed(Activation activation);

    protected override void SetTaskResult() => _caller?.TrySetResult(_result);

    protected override void SetTaskException(Exception exception) => _caller?.TrySetException(exception);

    private void OnEnded() => Resumed(_activation!);
}
