using SQLitePCL;

namespace Orchestration.Storage.Sqlite.Native;

/// <summary>An error that SQLite reported.</summary>
internal sealed class SqliteFailure(int code, string message) : Exception($"SQLite error {code}: {message}")
{
    /// <summary>The extended result code.</summary>
    public int Code { get; } = code;

    /// <summary>The primary result code.</summary>
    public int Primary => Code & 0xff;

    /// <summary>Whether the file is damaged or no database.</summary>
    public bool IsCorruption => Primary is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    /// <summary>
    /// Whether the same statement may succeed later without anything else being done: no space, no memory, a lock.
    /// </summary>
    public bool IsPassing => Primary is raw.SQLITE_FULL or raw.SQLITE_NOMEM or raw.SQLITE_BUSY or raw.SQLITE_LOCKED;

    /// <summary>Whether somebody else held a lock for longer than was waited.</summary>
    public bool IsBusy => Primary is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;

    /// <summary>Whether the one statement's own values are to blame.</summary>
    public bool IsOfRequest => Primary is raw.SQLITE_TOOBIG or raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH or raw.SQLITE_RANGE;
}
