using Microsoft.Extensions.Logging;
using Npgsql;
using Orchestration.Grains.Storage;
using Orchestration.Storage.PostgreSql.Connections;
using Orchestration.Storage.PostgreSql.Schema;

namespace Orchestration.Storage.PostgreSql.Writing;

/// <summary>
/// One connection that writes, group after group. Where it is lost the outcome of its group is unknown, and the callers are
/// told so: they repeat, and what had been committed is recognised by its turn id.
/// </summary>
internal sealed partial class Lane(
    GroupWriter writer, Database database, Incarnation incarnation, TimeProvider time, ILogger logger,
    PostgreSqlInstruments instruments, CancellationToken giveUp) : IThreadPoolWorkItem, IAsyncDisposable
{
    private const int MaximumTries = 8;

    private readonly ILogger _logger = logger;
    private readonly List<WriteOperation> _taken = [];
    private readonly List<WriteOperation> _settled = [];
    private NpgsqlConnection? _connection;
    private NpgsqlBatch? _batch;

    // As long-lived as the connection: its statements remember what was prepared there.
    private Group? _group;
    private long? _failedAt;
    private TimeSpan _took;

    public void Start() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    /// <summary>
    /// Works until nothing waits. What goes wrong is told to those whose write it was; anything else is a bug that must not leave
    /// writes waiting for ever, and ends the process.
    /// </summary>
    public async void Execute()
    {
        for (var isStarted = true; writer.TryTake(this, isStarted, _taken); isStarted = false)
        {
            _taken.Sort(Order);
            await CarryOutAsync(_taken).ConfigureAwait(false);
            _taken.Clear();
        }
    }

    /// <summary>Called once nothing waits and nothing is under way.</summary>
    public async ValueTask DisposeAsync() => await DropAsync().ConfigureAwait(false);

    /// <summary>One order of rows for all silos: those that write the same ones wait for each other and do not lock up.</summary>
    private static int Order(WriteOperation a, WriteOperation b)
    {
        var order = a.Handle.CompareTo(b.Handle);
        return order == 0 ? a.Instance.CompareTo(b.Instance) : order;
    }

    private async Task CarryOutAsync(List<WriteOperation> operations)
    {
        for (var attempt = 1; operations.Count > 0; attempt++)
        {
            if (attempt > MaximumTries)
            {
                Fail(operations, new StoreUnavailable("Others changed what was to be written, again and again."));
                return;
            }

            try
            {
                await CommitAsync(operations).ConfigureAwait(false);
                Answer(operations);
                if (operations.Count == 0) return;
                await _group!.LookAsync(_batch!, operations, giveUp).ConfigureAwait(false);
                Answer(operations);
            }
            catch (Exception e)
            {
                if (!await RecoverAsync(operations, e).ConfigureAwait(false)) return;
            }
        }
    }

    private async Task CommitAsync(List<WriteOperation> operations)
    {
        if (_connection is null)
        {
            _connection = await database.OpenAsync(giveUp).ConfigureAwait(false);
            _batch = new NpgsqlBatch(_connection);
            _group = new Group(database.Schema);
        }

        var started = time.GetTimestamp();
        _group!.Mark.IsWanted = incarnation.TakeMark();
        await _group.CommitAsync(_batch!, operations, giveUp).ConfigureAwait(false);

        // Where nothing applied, nothing was committed, and the position may lie ahead of what is durable.
        if (_group.Mark.IsWanted && operations.Exists(static operation => operation.IsSettled))
            incarnation.Saw(_group.Mark.Position);
        _took = time.GetElapsedTime(started);
        instruments.Committed(_took, operations.Count);
        if (_failedAt is not { } since) return;
        _failedAt = null;
        LogResumed(time.GetElapsedTime(since).TotalSeconds);
    }

    /// <returns>Whether those that are left are to be tried again.</returns>
    private async Task<bool> RecoverAsync(List<WriteOperation> operations, Exception error)
    {
        foreach (var operation in operations) operation.Unsettle();
        if (Failures.IsRolledBack(error))
        {
            LogRolledBack(operations.Count, error.Message);
            return true;
        }

        // The driver may have stopped in the midst of a message: a fresh connection is certain.
        await DropAsync().ConfigureAwait(false);
        if (Failures.IsOfRequest(error))
        {
            if (operations.Count == 1)
            {
                LogRequestFailed(error);
                Fail(operations, Failures.Shown(error));
                return false;
            }

            var apart = operations.ToArray();
            operations.Clear();
            foreach (var operation in apart) await CarryOutAsync([operation]).ConfigureAwait(false);
            return false;
        }

        if (Failures.IsOfConnection(error)) database.Clear();
        if (_failedAt is null) LogUnavailable(error.Message, operations.Count);
        _failedAt ??= time.GetTimestamp();
        Fail(operations, error is OperationCanceledException
            ? new StoreUnavailable("The store was closed while the database did not answer.", error)
            : Failures.Shown(error));
        return false;
    }

    private async Task DropAsync()
    {
        var (batch, connection) = (_batch, _connection);
        (_batch, _connection, _group) = (null, null, null);
        if (batch is not null) await batch.DisposeAsync().ConfigureAwait(false);
        if (connection is not null) await connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Gives the settled ones their answers and keeps the others.</summary>
    private void Answer(List<WriteOperation> operations)
    {
        _settled.Clear();
        foreach (var operation in operations)
            if (operation.IsSettled) _settled.Add(operation);
        if (_settled.Count == 0) return;
        operations.RemoveAll(static operation => operation.IsSettled);
        writer.Finished(_settled, _took);
        foreach (var operation in _settled) operation.Complete();
    }

    private void Fail(List<WriteOperation> operations, Exception error)
    {
        writer.Finished(operations, null);
        foreach (var operation in operations) operation.Fail(error);
        operations.Clear();
    }
}
