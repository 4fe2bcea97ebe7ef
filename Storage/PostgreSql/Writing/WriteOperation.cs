using System.Threading.Tasks.Sources;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Storage.PostgreSql.Writing;

/// <summary>One write of a run on its way through the queue, its group and back to its caller.</summary>
internal abstract class WriteOperation(StoreKey key, long handle)
{
    public StoreKey Key { get; } = key;

    /// <summary>What is written in order: the runs of an instance.</summary>
    public WorkflowKey Target => Key.Key;

    /// <summary>The key of the instance where that is what the write is ordered by, else empty.</summary>
    public virtual Guid Instance => default;

    /// <summary>The run's handle as far as it is known.</summary>
    public long Handle { get; protected set; } = handle;

    /// <summary>The next write of the same instance, which waits for this one.</summary>
    public WriteOperation? Follower { get; set; }

    /// <summary>Where the turn would stand that a repeat is recognised by; 0 where it writes none.</summary>
    public virtual long First => 0;

    /// <summary>About how many bytes it writes.</summary>
    public virtual int Weight => 64;

    /// <summary>Whether the answer is known.</summary>
    public bool IsSettled { get; protected set; }

    /// <summary>Forgets an answer whose transaction was not committed.</summary>
    public void Unsettle() => IsSettled = false;

    /// <summary>Puts it among the group's rows.</summary>
    public abstract void AddTo(Group group);

    /// <summary>
    /// Learns what there is, after the group's statement has not applied to it. Either that is the answer, or it is tried
    /// again, now with the run's handle.
    /// </summary>
    public abstract void Settle(Found found);

    /// <summary>Gives the kept answer to the caller, whose code goes on on the thread pool.</summary>
    public abstract void Complete();

    /// <summary>Gives an error to the caller.</summary>
    public abstract void Fail(Exception error);
}

/// <inheritdoc/>
internal abstract class WriteOperation<T>(StoreKey key, long handle) : WriteOperation(key, handle), IValueTaskSource<T>
{
    private ManualResetValueTaskSourceCore<T> _core = new() { RunContinuationsAsynchronously = true };
    private T _answer = default!;

    /// <summary>The caller's view of it.</summary>
    public ValueTask<T> Task => new(this, _core.Version);

    /// <summary>Keeps the answer until the group is durable.</summary>
    public void Settle(T answer)
    {
        _answer = answer;
        IsSettled = true;
    }

    public sealed override void Complete() => _core.SetResult(_answer);

    public sealed override void Fail(Exception error) => _core.SetException(error);

    T IValueTaskSource<T>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<T>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
