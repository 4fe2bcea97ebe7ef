using System.Buffers;
using System.Text;
using SQLitePCL;

namespace Orchestration.Storage.Sqlite.Native;

/// <summary>A prepared statement. Values are bound by place, from 1; columns are read by place, from 0.</summary>
internal sealed class Statement(Database database, sqlite3_stmt handle) : IDisposable
{
    public Statement Bind(int index, long value)
    {
        database.Check(raw.sqlite3_bind_int64(handle, index, value));
        return this;
    }

    public Statement Bind(int index, long? value)
    {
        if (value is { } number) return Bind(index, number);
        database.Check(raw.sqlite3_bind_null(handle, index));
        return this;
    }

    public Statement Bind(int index, ReadOnlySpan<byte> value)
    {
        database.Check(value.IsEmpty
            ? raw.sqlite3_bind_zeroblob(handle, index, 0)
            : raw.sqlite3_bind_blob(handle, index, value));
        return this;
    }

    public Statement Bind(int index, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return Bind(index, bytes);
    }

    public Statement Bind(int index, Guid? value)
    {
        if (value is { } id) return Bind(index, id);
        database.Check(raw.sqlite3_bind_null(handle, index));
        return this;
    }

    public Statement Bind(int index, string? value)
    {
        if (value is null)
        {
            database.Check(raw.sqlite3_bind_null(handle, index));
            return this;
        }

        if (value.Length == 0)
        {
            database.Check(raw.sqlite3_bind_text(handle, index, value));
            return this;
        }

        byte[]? rented = null;
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        var bytes = most <= 512 ? stackalloc byte[512] : rented = ArrayPool<byte>.Shared.Rent(most);
        var length = Encoding.UTF8.GetBytes(value, bytes);
        var code = raw.sqlite3_bind_text(handle, index, bytes[..length]);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        database.Check(code);
        return this;
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW) return true;
        if (code == raw.SQLITE_DONE) return false;
        var failure = database.Failure(code);
        raw.sqlite3_reset(handle);
        throw failure;
    }

    /// <summary>Runs a statement without rows, or ignores them, and makes it ready for the next use.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    /// <summary>Makes it ready for the next use. An error that the last step met was thrown by that step.</summary>
    public void Reset() => raw.sqlite3_reset(handle);

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(handle, column);

    public int Int32(int column) => raw.sqlite3_column_int(handle, column);

    public long? NullableInt64(int column) => IsNull(column) ? null : Int64(column);

    /// <summary>The bytes of a column, valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string() ?? "";

    public string? NullableText(int column) => IsNull(column) ? null : Text(column);

    public Guid Guid(int column) => new(Blob(column), bigEndian: true);

    public void Dispose() => handle.Dispose();
}
