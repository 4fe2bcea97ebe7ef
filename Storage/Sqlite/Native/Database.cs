using System.Diagnostics;
using SQLitePCL;

namespace Orchestration.Storage.Sqlite.Native;

/// <summary>One connection. For one thread at a time.</summary>
internal sealed class Database : IDisposable
{
    private readonly sqlite3 _handle;
    private readonly List<Statement> _statements = [];
    private TimeSpan _lockTimeout = TimeSpan.FromSeconds(5);

    static Database() => Batteries_V2.Init();

    private Database(sqlite3 handle) => _handle = handle;

    /// <summary>Whether a transaction is open.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    public static Database Open(string path, bool create)
    {
        var flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX | (create ? raw.SQLITE_OPEN_CREATE : 0);
        var code = raw.sqlite3_open_v2(path, out var handle, flags, null);
        if (code != raw.SQLITE_OK)
        {
            var failure = new SqliteFailure(code, $"cannot open {path}");
            handle?.Dispose();
            throw failure;
        }

        raw.sqlite3_extended_result_codes(handle, 1);
        var database = new Database(handle);
        database.WaitForLocks(database._lockTimeout);
        return database;
    }

    /// <summary>For how long a statement waits for a lock of somebody else before it fails as busy. 5 s unless set.</summary>
    public void WaitForLocks(TimeSpan limit)
    {
        _lockTimeout = limit;
        Check(raw.sqlite3_busy_timeout(_handle, (int)Math.Clamp(limit.TotalMilliseconds, 0, int.MaxValue)));
    }

    /// <summary>
    /// Has the file written with a write-ahead log from now on, whoever opens it. The change begins as a read and goes on as a
    /// write, and there SQLite does not wait for a lock (two that wait so would wait for each other): it is begun anew until the
    /// limit instead, as SQLite waits elsewhere.
    /// </summary>
    /// <returns>Whether the file can be written so.</returns>
    public bool TryUseLog()
    {
        var since = Stopwatch.GetTimestamp();
        for (var wait = 1; ; wait = Math.Min(wait * 2, 50))
        {
            try
            {
                return QueryText("PRAGMA journal_mode=WAL") is "wal";
            }
            catch (SqliteFailure e) when (e.IsBusy && Stopwatch.GetElapsedTime(since) < _lockTimeout)
            {
                Thread.Sleep(wait);
            }
        }
    }

    /// <summary>Prepares a statement that lives as long as the connection.</summary>
    public Statement Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle));
        var statement = new Statement(this, handle);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>Prepares a statement that its user disposes.</summary>
    public Statement PrepareOnce(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_handle, sql, out var handle));
        return new Statement(this, handle);
    }

    public void Execute(string sql) => Check(raw.sqlite3_exec(_handle, sql));

    public long QueryNumber(string sql)
    {
        using var statement = PrepareOnce(sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    public string? QueryText(string sql)
    {
        using var statement = PrepareOnce(sql);
        return statement.Step() ? statement.Text(0) : null;
    }

    /// <summary>Copies what the log holds into the file.</summary>
    /// <returns>The log's frames, how many of them are copied, and whether somebody was in the way.</returns>
    public (int Frames, int Copied, bool Busy) Checkpoint(int mode)
    {
        var code = raw.sqlite3_wal_checkpoint_v2(_handle, null, mode, out var frames, out var copied);
        if ((code & 0xff) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED) return (frames, copied, true);
        Check(code);
        return (frames, copied, false);
    }

    /// <summary>How many pages this connection wrote since the last call.</summary>
    public int TakePagesWritten()
    {
        Check(raw.sqlite3_db_status(_handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var current, out _, 1));
        return current;
    }

    public void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE)) throw Failure(code);
    }

    public SqliteFailure Failure(int code)
    {
        var extended = raw.sqlite3_extended_errcode(_handle);
        return new SqliteFailure((extended & 0xff) == (code & 0xff)
            ? extended : code, raw.sqlite3_errmsg(_handle).utf8_to_string());
    }

    public void Dispose()
    {
        foreach (var statement in _statements) statement.Dispose();
        _handle.Dispose();
    }
}
