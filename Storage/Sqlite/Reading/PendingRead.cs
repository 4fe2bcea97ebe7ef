using System.Threading.Tasks.Sources;
using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite.Native;
using Orchestration.Workflows;

namespace Orchestration.Storage.Sqlite.Reading;

/// <summary>A read that waits for a connection.</summary>
internal abstract class PendingRead
{
    /// <summary>Reads, and keeps the answer.</summary>
    public abstract void Run(ReadSession session);

    /// <summary>Keeps an error as the answer.</summary>
    public abstract void Fail(Exception error);

    /// <summary>Gives the kept answer to the caller, whose code goes on on the thread pool.</summary>
    public abstract void Answer();
}

/// <inheritdoc/>
internal sealed class PendingRead<TState, T>(
    TState state, Func<ReadSession, TState, T> read, CancellationToken cancellationToken) : PendingRead, IValueTaskSource<T>
{
    private ManualResetValueTaskSourceCore<T> _core = new() { RunContinuationsAsynchronously = true };
    private T _answer = default!;
    private Exception? _error;

    /// <summary>The caller's view of it.</summary>
    public ValueTask<T> Task => new(this, _core.Version);

    public override void Run(ReadSession session)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _answer = read(session, state);
    }

    public override void Fail(Exception error) => _error = error switch
    {
        SqliteFailure { IsCorruption: true } =>
            new EngineFault(FaultCodes.StoreCorrupt, "The store's file is damaged.", error),
        SqliteFailure => new StoreUnavailable("The store could not be read.", error),
        _ => error,
    };

    public override void Answer()
    {
        if (_error is null) _core.SetResult(_answer);
        else _core.SetException(_error);
    }

    T IValueTaskSource<T>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<T>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
