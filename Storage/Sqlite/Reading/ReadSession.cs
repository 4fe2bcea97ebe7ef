using Orchestration.Storage.Sqlite.Native;

namespace Orchestration.Storage.Sqlite.Reading;

/// <summary>A reader's connection and its statements. For one thread at a time.</summary>
internal sealed class ReadSession : IDisposable
{
    private readonly Database _database;
    private readonly Dictionary<string, Statement> _statements = [];

    public ReadSession(string path)
    {
        _database = Database.Open(path, create: false);
        _database.Execute("PRAGMA query_only=1; PRAGMA cache_size=-4096; PRAGMA wal_autocheckpoint=0");
    }

    /// <summary>A statement, prepared at its first use.</summary>
    public Statement Statement(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement)) _statements[sql] = statement = _database.Prepare(sql);
        return statement;
    }

    /// <summary>A statement for one use.</summary>
    public Statement Once(string sql) => _database.PrepareOnce(sql);

    /// <summary>Ends the read of all statements, so that no old state of the file is held.</summary>
    public void EndReads()
    {
        foreach (var (_, statement) in _statements) statement.Reset();
    }

    /// <summary>Opens a read transaction, so that several statements see one state; without effect within one.</summary>
    public void Begin()
    {
        if (!_database.InTransaction) Statement("BEGIN").Run();
    }

    /// <summary>Ends it.</summary>
    public void End()
    {
        if (_database.InTransaction) Statement("COMMIT").Run();
    }

    public void Dispose() => _database.Dispose();
}
