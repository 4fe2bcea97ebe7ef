using Microsoft.Data.Sqlite;

namespace Orchestration.OrderFulfillment.Workflows.Storage;

/// <summary>One connection and its prepared statements. Not thread-safe.</summary>
public sealed class SqliteSession : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _prepared = new(StringComparer.Ordinal);
    private readonly SqliteConnection _connection;

    private SqliteSession(SqliteConnection connection) => _connection = connection;

    /// <summary>
    /// Opens a file for reading; it must exist. Readers and the writer do not block each other (write-ahead log).
    /// </summary>
    public static SqliteSession OpenToRead(string path) => Open(path, SqliteOpenMode.ReadOnly);

    /// <summary>
    /// Opens a file for writing, and makes it with the given schema (repeatable statements) where there is none.
    /// </summary>
    /// <exception cref="IOException">The file is no database, damaged, or cannot be written.</exception>
    public static SqliteSession OpenToWrite(string path, string schema)
    {
        SqliteSession? session = null;
        try
        {
            session = Open(path, SqliteOpenMode.ReadWriteCreate);
            session.RunScript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;" + schema);
            return session;
        }
        catch (SqliteException e)
        {
            session?.Dispose();
            throw new IOException($"{path} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Runs a statement; the arguments are its <c>$1</c>, <c>$2</c>, ... Returns how many rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> arguments) => Prepare(sql, arguments).ExecuteNonQuery();

    /// <summary>Runs a query and reads its first row; the type's default value where there is none.</summary>
    public T? First<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> arguments)
    {
        using var reader = Prepare(sql, arguments).ExecuteReader();
        return reader.Read() ? read(reader) : default;
    }

    /// <summary>Runs a query and reads all of its rows.</summary>
    public List<T> All<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> arguments)
    {
        using var reader = Prepare(sql, arguments).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        foreach (var command in _prepared.Values) command.Dispose();
        _connection.Dispose();
    }

    private static SqliteSession Open(string path, SqliteOpenMode mode)
    {
        // The timeout is how long a statement waits for another process that holds the file's lock.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 10,
        }.ToString());
        try
        {
            connection.Open();
            var session = new SqliteSession(connection);

            // SQLite's own waiting, by milliseconds: the driver's, by tenths of a second, starves a process among several.
            session.RunScript("PRAGMA busy_timeout=10000");
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void RunScript(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private SqliteCommand Prepare(string sql, ReadOnlySpan<object?> arguments)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < arguments.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i + 1}" });
            _prepared.Add(sql, command);
        }

        for (var i = 0; i < arguments.Length; i++) command.Parameters[i].Value = arguments[i] ?? DBNull.Value;
        return command;
    }
}
