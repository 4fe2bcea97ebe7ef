using System.Threading.Tasks.Sources;

namespace Orchestration.Storage.Sqlite.Writing;

/// <summary>One write on its way through the queue, its group and back to its caller.</summary>
internal abstract class WriteOperation
{
    /// <summary>The next older one in the queue.</summary>
    public WriteOperation? Next { get; set; }

    /// <summary>About how many bytes it writes.</summary>
    public virtual int Weight => 64;

    /// <summary>
    /// Whether an earlier try may have been committed after all: it then takes what it finds done as its own doing.
    /// </summary>
    public bool InDoubt { get; set; }

    /// <summary>Carries it out within the open transaction and keeps the answer; may run again after a rollback.</summary>
    public abstract void Execute(WriteSession session);

    /// <summary>Gives the kept answer to the caller, whose code goes on on the thread pool.</summary>
    public abstract void Complete();

    /// <summary>Gives an error to the caller.</summary>
    public abstract void Fail(Exception error);
}

/// <inheritdoc/>
internal abstract class WriteOperation<T> : WriteOperation, IValueTaskSource<T>
{
    private ManualResetValueTaskSourceCore<T> _core = new() { RunContinuationsAsynchronously = true };
    private T _answer = default!;

    /// <summary>The caller's view of it.</summary>
    public ValueTask<T> Task => new(this, _core.Version);

    public sealed override void Execute(WriteSession session) => _answer = Carry(session);

    public sealed override void Complete() => _core.SetResult(_answer);

    public sealed override void Fail(Exception error) => _core.SetException(error);

    T IValueTaskSource<T>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<T>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    protected abstract T Carry(WriteSession session);
}
