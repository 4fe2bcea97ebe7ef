using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Orchestration.OrderFulfillment.Workflows.Storage;

/// <summary>
/// The one writer of a SQLite file. Hundreds of attempts hand their transactions to a queue instead of fighting over the file's
/// lock; what waits is committed together, so that they also share the flush to disk. Each still succeeds or fails alone.
/// Thread-safe.
/// </summary>
public sealed class SqliteWriter : IAsyncDisposable
{
    private const int MaximumGroup = 128;

    private readonly Channel<Work> _queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly SqliteSession _session;
    private readonly Task _loop;

    /// <summary>Opens the file, and makes it with the given schema (repeatable statements) where there is none.</summary>
    public SqliteWriter(string path, string schema)
    {
        _session = SqliteSession.OpenToWrite(path, schema);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>
    /// Runs a transaction. When the task has ended, what it wrote is on disk; when it fails, nothing of it was kept. A cancelled
    /// call may still take effect.
    /// </summary>
    public async Task<T> WriteAsync<T>(Func<SqliteSession, T> transaction, CancellationToken cancellationToken = default)
    {
        var work = new Work<T>(transaction, cancellationToken);
        await _queue.Writer.WriteAsync(work, cancellationToken);
        return await work.Outcome.WaitAsync(cancellationToken);
    }

    /// <summary>Commits what is queued and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_queue.Writer.TryComplete()) return;
        await _loop;
        _session.Dispose();
    }

    private async Task RunAsync()
    {
        var group = new List<Work>(MaximumGroup);
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (group.Count < MaximumGroup && _queue.Reader.TryRead(out var work)) group.Add(work);
            Commit(group);
            group.Clear();
        }
    }

    private void Commit(List<Work> group)
    {
        try
        {
            _session.Execute("BEGIN IMMEDIATE");
            foreach (var work in group) RunOne(work);
            _session.Execute("COMMIT");
        }
        catch (SqliteException e)
        {
            // A full disk, a lock that another process holds: nobody's transaction was kept, all callers hear of it and try
            // again.
            TryRollBack();
            foreach (var work in group) work.Fail(e);
            return;
        }

        foreach (var work in group) work.Complete();
    }

    private void RunOne(Work work)
    {
        if (work.IsCanceled) return;
        _session.Execute("SAVEPOINT one");
        if (!work.TryRun(_session)) _session.Execute("ROLLBACK TO one");
        _session.Execute("RELEASE one");
    }

    private void TryRollBack()
    {
        try
        {
            _session.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself, as it does on some errors; or the transaction never began.
        }
    }

    private abstract class Work
    {
        public abstract bool IsCanceled { get; }

        public abstract bool TryRun(SqliteSession session);

        public abstract void Complete();

        public abstract void Fail(Exception exception);
    }

    private sealed class Work<T>(Func<SqliteSession, T> transaction, CancellationToken cancellationToken) : Work
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Exception? _failure;
        private T? _result;

        public Task<T> Outcome => _done.Task;

        public override bool IsCanceled => cancellationToken.IsCancellationRequested;

        public override bool TryRun(SqliteSession session)
        {
            try
            {
                _result = transaction(session);
                return true;
            }
#pragma warning disable CA1031 // Whatever it is, it belongs to the caller of this transaction alone.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _failure = e;
                return false;
            }
        }

        public override void Complete()
        {
            if (_failure is not null) _done.TrySetException(_failure);
            else if (IsCanceled) _done.TrySetCanceled(cancellationToken);
            else _done.TrySetResult(_result!);
        }

        public override void Fail(Exception exception) => _done.TrySetException(exception);
    }
}
