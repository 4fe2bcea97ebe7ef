using System.Runtime.CompilerServices;
using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite.Files;
using Orchestration.Storage.Sqlite.Native;
using Orchestration.Workflows;

namespace Orchestration.Storage.Sqlite.Writing;

/// <summary>The writer's connection: its statements, and what it remembers of the runs. For the writer's thread alone.</summary>
internal sealed class WriteSession : IDisposable
{
    private const int TailGeneration = 1 << 16;

    private readonly Database _database;
    private readonly WriterMark? _mark;
    private readonly TailCache _tails = new(TailGeneration);
    private readonly Dictionary<string, Statement> _others = [];
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _latest;
    private readonly Statement _byRun;
    private readonly Statement _byHandle;
    private readonly Statement _tail;
    private readonly Statement _turnAt;
    private readonly Statement _insertRun;
    private readonly Statement _insertTurn;
    private readonly Statement _summarize;
    private long _nextHandle;
    private long? _seen;

    /// <summary>Opens the connection.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is opened.</param>
    /// <param name="mark">Tells other processes who writes, where they share the file; else null.</param>
    public WriteSession(string path, SqliteStoreOptions options, WriterMark? mark)
    {
        _mark = mark;
        _database = Database.Open(path, create: false);
        if (mark is not null) _database.WaitForLocks(options.LockTimeout);
        _database.Execute("PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=67108864");
        _database.Execute($"PRAGMA cache_size=-{options.CacheBytes / 1024}");
        if (options.PageLimit is not null) LimitPages(options.PageLimit());
        _begin = _database.Prepare("BEGIN IMMEDIATE");
        _commit = _database.Prepare("COMMIT");
        _latest = _database.Prepare(
            "SELECT handle, run, state, closed_at FROM runs WHERE ns=? AND id=? ORDER BY handle DESC LIMIT 1");
        _byRun = _database.Prepare("SELECT handle FROM runs WHERE ns=? AND id=? AND run=?");
        _byHandle = _database.Prepare("SELECT run, wakes FROM runs WHERE handle=?");
        _tail = _database.Prepare("SELECT first + count - 1 FROM turns WHERE handle=? ORDER BY first DESC LIMIT 1");
        _turnAt = _database.Prepare("SELECT turn FROM turns WHERE handle=? AND first=?");
        _insertRun = _database.Prepare(
            "INSERT INTO runs(handle, ns, id, run, type, shard, started_at, previous, status, state, wake_at, due, closed_at, "
            + "wakes, detail) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)");
        _insertTurn = _database.Prepare("INSERT INTO turns(handle, first, count, turn, format, body) VALUES(?, ?, ?, ?, ?, ?)");
        _summarize = _database.Prepare(
            "UPDATE runs SET status=?, state=?, wake_at=?, due=?, closed_at=?, detail=? WHERE handle=?");
        _nextHandle = _database.QueryNumber("SELECT max(handle) FROM runs") + 1;
    }

    public Database Database => _database;

    public void Begin()
    {
        _begin.Run();
        if (_mark is null) return;

        // The write lock is held: what is remembered of the file holds as long as nobody else has changed it meanwhile.
        _mark.Set();
        var version = Value(Other("PRAGMA data_version"));
        if (version == _seen) return;
        _tails.Clear();
        _nextHandle = Value(Other("SELECT max(handle) FROM runs")) + 1;
        _seen = version;
    }

    public void Commit()
    {
        _commit.Run();
        _mark?.Clear();
    }

    /// <summary>Undoes the open transaction, if SQLite has not already, and forgets what it taught.</summary>
    public void Rollback()
    {
        _tails.Clear();
        if (_database.InTransaction) _database.Execute("ROLLBACK");
        _mark?.Clear();
        _nextHandle = _database.QueryNumber("SELECT max(handle) FROM runs") + 1;
    }

    public void LimitPages(long pages) => _database.Execute($"PRAGMA max_page_count={pages}");

    /// <summary>A statement that is not on the hot path, prepared at its first use.</summary>
    public Statement Other(string sql)
    {
        if (!_others.TryGetValue(sql, out var statement)) _others[sql] = statement = _database.Prepare(sql);
        return statement;
    }

    /// <summary>The instance's latest run: handle, id, state and whether it has ended; handle 0 where it has none.</summary>
    public (long Handle, RunId Run, RunState State, bool HasEnded) Latest(WorkflowKey key)
    {
        var there = _latest.Bind(1, key.Namespace).Bind(2, key.Id.Value).Step();
        var latest = there ? (_latest.Int64(0), new RunId(_latest.Guid(1)), (RunState)_latest.Int32(2),
            _latest.NullableInt64(3) is not null) : default;
        _latest.Reset();
        return latest;
    }

    /// <summary>The handle of a run; 0 where it is not there.</summary>
    public long HandleOf(StoreKey key)
    {
        var there = _byRun.Bind(1, key.Key.Namespace).Bind(2, key.Key.Id.Value).Bind(3, key.RunId.Value).Step();
        var handle = there ? _byRun.Int64(0) : 0;
        _byRun.Reset();
        return handle;
    }

    /// <summary>
    /// The end of a run's history, by its handle if that is the run's, else by its name. The handle is 0 and the reference null
    /// where the run is not there.
    /// </summary>
    public ref Tail Locate(StoreKey key, ref long handle)
    {
        if (handle != 0)
        {
            ref var known = ref TailOf(handle);
            if (!Unsafe.IsNullRef(ref known) && known.Run == key.RunId) return ref known;
        }

        handle = HandleOf(key);
        if (handle == 0) return ref Unsafe.NullRef<Tail>();
        return ref TailOf(handle);
    }

    /// <summary>Whether that very turn stands at that place.</summary>
    public bool HasTurn(long handle, long first, TurnId turn)
    {
        var has = _turnAt.Bind(1, handle).Bind(2, first).Step() && Columns.TurnId(_turnAt.Blob(0)) == turn;
        _turnAt.Reset();
        return has;
    }

    public long InsertRun(StoreKey key, RunHeader header, RunSummary summary)
    {
        var handle = _nextHandle++;
        _insertRun
            .Bind(1, handle).Bind(2, key.Key.Namespace).Bind(3, key.Key.Id.Value).Bind(4, key.RunId.Value)
            .Bind(5, header.WorkflowType).Bind(6, header.Shard).Bind(7, header.StartedAt.ToUnixTimeMilliseconds())
            .Bind(8, header.Previous?.Value).Bind(9, (long)summary.Status).Bind(10, (long)summary.State)
            .Bind(11, Columns.Milliseconds(summary.WakeAt)).Bind(12, Columns.Due(summary))
            .Bind(13, Columns.Milliseconds(summary.ClosedAt)).Bind(14, summary.Detail)
            .Run();
        _tails.Add(handle, new Tail { Run = key.RunId });
        return handle;
    }

    public void InsertTurn(long handle, AppendRequest request)
    {
        Span<byte> turn = stackalloc byte[Columns.TurnIdBytes];
        Columns.Write(request.TurnId, turn);
        _insertTurn
            .Bind(1, handle).Bind(2, request.ExpectedSequence + 1).Bind(3, request.EventCount).Bind(4, turn)
            .Bind(5, request.Format).Bind(6, request.Body.Span)
            .Run();
        TailOf(handle).Sequence = request.ExpectedSequence + request.EventCount;
    }

    public void Summarize(long handle, RunSummary summary) => _summarize
        .Bind(1, (long)summary.Status).Bind(2, (long)summary.State).Bind(3, Columns.Milliseconds(summary.WakeAt))
        .Bind(4, Columns.Due(summary)).Bind(5, Columns.Milliseconds(summary.ClosedAt)).Bind(6, summary.Detail).Bind(7, handle)
        .Run();

    /// <summary>A run that has ended is done: the run that follows it takes over what it still owed.</summary>
    public void MarkClosed(long handle) => Other(
            $"UPDATE runs SET state={(int)RunState.Closed}, wake_at=NULL, due=NULL WHERE handle=?")
        .Bind(1, handle).Run();

    public void SetWakes(long handle, int wakes)
    {
        Other("UPDATE runs SET wakes=? WHERE handle=?").Bind(1, wakes).Bind(2, handle).Run();
        TailOf(handle).Wakes = wakes;
    }

    public RunRecord? Record(long handle)
    {
        var row = Other($"SELECT {Columns.OfRecord} FROM runs WHERE handle=?").Bind(1, handle);
        var record = row.Step() ? Columns.Record(row) : null;
        row.Reset();
        return record;
    }

    public void Forget(long handle) => _tails.Remove(handle);

    public void Dispose() => _database.Dispose();

    private static long Value(Statement row)
    {
        var value = row.Step() ? row.Int64(0) : 0;
        row.Reset();
        return value;
    }

    private ref Tail TailOf(long handle)
    {
        ref var known = ref _tails.Find(handle);
        if (!Unsafe.IsNullRef(ref known)) return ref known;
        var there = _byHandle.Bind(1, handle).Step();
        var tail = there ? new Tail { Run = new RunId(_byHandle.Guid(0)), Wakes = _byHandle.Int32(1) } : default;
        _byHandle.Reset();
        if (!there) return ref Unsafe.NullRef<Tail>();
        tail.Sequence = _tail.Bind(1, handle).Step() ? _tail.Int64(0) : 0;
        _tail.Reset();
        return ref _tails.Add(handle, tail);
    }
}
