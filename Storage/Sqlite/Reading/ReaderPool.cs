using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite.Native;

namespace Orchestration.Storage.Sqlite.Reading;

/// <summary>
/// A few connections that read on the thread pool, beside the writer and never waiting for it. Reads above their number wait in
/// order, and a connection that becomes free takes its share of them in one transaction: each transaction finds the log grown,
/// and reads the inner pages of every tree anew. All of its reads were asked for before it began, so that each sees whatever
/// was durable when it was asked for.
/// </summary>
internal sealed class ReaderPool(string path, int size) : IAsyncDisposable
{
    private const int MostAtOnce = 32;

    private readonly string _path = path;
    private readonly Lock _gate = new();
    private readonly Stack<Reader> _idle = new();
    private readonly Queue<PendingRead> _waiting = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _busy;
    private bool _closed;

    /// <summary>Runs a read on a thread of the pool.</summary>
    /// <exception cref="StoreUnavailable">The file could not be read just now.</exception>
    public ValueTask<T> RunAsync<TState, T>(
        TState state, Func<ReadSession, TState, T> read, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<T>(cancellationToken);
        var item = new PendingRead<TState, T>(state, read, cancellationToken);
        Reader? reader;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(SqliteStores));
            _waiting.Enqueue(item);
            if (_busy == size) return item.Task;
            _busy++;
            if (!_idle.TryPop(out reader)) reader = new Reader(this);
        }

        ThreadPool.UnsafeQueueUserWorkItem(reader, preferLocal: true);
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
        foreach (var reader in _idle) reader.Dispose();
    }

    /// <summary>Takes a reader's share of what waits; with nothing left to take the reader is idle from here on.</summary>
    private bool Take(Reader reader, List<PendingRead> into)
    {
        lock (_gate)
        {
            var share = Math.Clamp((_waiting.Count + size - 1) / size, 1, MostAtOnce);
            while (into.Count < share && _waiting.TryDequeue(out var read)) into.Add(read);
            if (into.Count > 0) return true;
            _idle.Push(reader);
            if (--_busy == 0 && _closed) _drained.SetResult();
            return false;
        }
    }

    private sealed class Reader(ReaderPool pool) : IThreadPoolWorkItem, IDisposable
    {
        private readonly List<PendingRead> _taken = new(MostAtOnce);
        private ReadSession? _session;

        public void Execute()
        {
            if (!pool.Take(this, _taken)) return;
            var asOne = _taken.Count > 1;
            foreach (var read in _taken) RunOne(read, asOne);
            if (asOne) End();
            foreach (var read in _taken) read.Answer();
            _taken.Clear();

            // Others get the thread first; what waits by then goes together.
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        public void Dispose() => _session?.Dispose();

        private void RunOne(PendingRead read, bool asOne)
        {
            try
            {
                _session ??= new ReadSession(pool._path);
                if (asOne) _session.Begin();
                read.Run(_session);
                _session.EndReads();
            }
            catch (Exception e)
            {
                read.Fail(e);
                Recover(e);
            }
        }

        private void End()
        {
            try
            {
                _session?.End();
            }
            catch (SqliteFailure e)
            {
                Recover(e); // the reads have their answers; only the connection is in doubt
            }
        }

        /// <summary>Drops a connection that may be to blame.</summary>
        private void Recover(Exception error)
        {
            if (error is SqliteFailure)
            {
                _session?.Dispose();
                _session = null;
            }
            else
            {
                _session?.EndReads();
            }
        }
    }
}
