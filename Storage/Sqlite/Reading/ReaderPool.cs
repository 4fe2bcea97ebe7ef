using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite.Native;
using Orchestration.Workflows;

namespace Orchestration.Storage.Sqlite.Reading;

/// <summary>
/// A few connections that read on the thread pool, beside the writer and never waiting for it. Reads above their number wait in
/// order.
/// </summary>
internal sealed class ReaderPool(string path, int size) : IAsyncDisposable
{
    private readonly string _path = path;
    private readonly Lock _gate = new();
    private readonly Stack<ReadSession> _idle = new();
    private readonly Queue<Read> _waiting = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _busy;
    private bool _closed;

    /// <summary>Runs a read on a thread of the pool.</summary>
    /// <exception cref="StoreUnavailable">The file could not be read just now.</exception>
    public Task<T> RunAsync<T>(Func<ReadSession, T> read, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<T>(cancellationToken);
        var item = new Read<T>(this, read, cancellationToken);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(SqliteStores));
            if (_busy == size)
            {
                _waiting.Enqueue(item);
                return item.Task;
            }

            _busy++;
            item.Session = _idle.TryPop(out var session) ? session : null;
        }

        ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: true);
        return item.Task;
    }

    /// <summary>Refuses further reads, awaits those under way, closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            if (_busy == 0) _drained.SetResult();
        }

        await _drained.Task.ConfigureAwait(false);
        foreach (var session in _idle) session.Dispose();
    }

    private void Return(ReadSession? session)
    {
        Read? next;
        lock (_gate)
        {
            if (_waiting.TryDequeue(out next))
            {
                next.Session = session;
            }
            else
            {
                if (session is not null) _idle.Push(session);
                if (--_busy == 0 && _closed) _drained.SetResult();
            }
        }

        if (next is not null) ThreadPool.UnsafeQueueUserWorkItem(next, preferLocal: false);
    }

    private abstract class Read : IThreadPoolWorkItem
    {
        public ReadSession? Session { get; set; }

        public abstract void Execute();
    }

    private sealed class Read<T>(ReaderPool pool, Func<ReadSession, T> read, CancellationToken cancellationToken) : Read
    {
        private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Task => _answer.Task;

        public override void Execute()
        {
            T answer = default!;
            Exception? error = null;
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                Session ??= new ReadSession(pool._path);
                answer = read(Session);
            }
            catch (Exception e)
            {
                error = e;
            }

            Release(error);
            if (error is null) _answer.SetResult(answer);
            else if (error is OperationCanceledException) _answer.SetCanceled(cancellationToken);
            else _answer.SetException(Shown(error));
        }

        /// <summary>Gives the connection back, or drops one that may be to blame.</summary>
        private void Release(Exception? error)
        {
            try
            {
                Session?.EndReads();
                if (error is SqliteFailure)
                {
                    Session?.Dispose();
                    Session = null;
                }
            }
            finally
            {
                pool.Return(Session);
            }
        }

        private static Exception Shown(Exception error) => error switch
        {
            SqliteFailure { IsCorruption: true } =>
                new EngineFault(FaultCodes.StoreCorrupt, "The store's file is damaged.", error),
            SqliteFailure => new StoreUnavailable("The store could not be read.", error),
            _ => error,
        };
    }
}
