using System.Globalization;
using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite.Native;
using Orchestration.Workflows;

namespace Orchestration.Storage.Sqlite.Schema;

/// <summary>Brings a file to this version's schema, or refuses it untouched.</summary>
internal static class SchemaGate
{
    /// <summary>Marks a file as ours ("ORCH").</summary>
    public const int ApplicationId = 0x4F524348;

    /// <param name="database">The file.</param>
    /// <param name="path">Its path.</param>
    /// <param name="shards">How many shards it gets where it is new.</param>
    /// <returns>How many it has.</returns>
    /// <exception cref="StoreRefused">The file is another application's, damaged, or of a newer version.</exception>
    public static int Prepare(Database database, string path, int shards)
    {
        var (application, version, isNew) = Look(database);
        if (!isNew && application != ApplicationId)
            throw new StoreRefused(FaultCodes.StoreCorrupt, $"{path} is an SQLite file of something else.");
        if (version > Migrations.Scripts.Length)
            throw new StoreRefused(
                FaultCodes.StoreTooNew,
                $"{path} has format {version}; this version reads formats up to {Migrations.Scripts.Length}.");
        if (isNew) database.Execute("PRAGMA page_size=8192");
        UseLog(database, path);
        for (var next = (int)version; next < Migrations.Scripts.Length; next++) Migrate(database, next, shards);
        return ShardsOf(database, path);
    }

    /// <summary>Of one moment: another process may be making the tables, and half of that is nobody else's file.</summary>
    private static (long Application, long Version, bool IsNew) Look(Database database)
    {
        database.Execute("BEGIN");
        try
        {
            var application = database.QueryNumber("PRAGMA application_id");
            var version = database.QueryNumber("PRAGMA user_version");
            var isNew = application == 0 && version == 0 && database.QueryNumber("SELECT count(*) FROM sqlite_schema") == 0;
            return (application, version, isNew);
        }
        finally
        {
            if (database.InTransaction) database.Execute("ROLLBACK");
        }
    }

    /// <summary>A file that was made before the number was written has the one that all had then.</summary>
    private static int ShardsOf(Database database, string path)
    {
        using var statement = database.PrepareOnce("SELECT value FROM meta WHERE key='shards'");
        var shards = statement.Step() ? statement.Int64(0) : Shards.Default;
        return shards is >= 1 and <= Shards.Maximum
            ? (int)shards
            : throw new StoreRefused(FaultCodes.StoreCorrupt, $"{path} says that it has {shards} shards, which cannot be.");
    }

    private static void UseLog(Database database, string path)
    {
        if (!database.TryUseLog())
            throw new StoreRefused(FaultCodes.StoreUnfit, $"{path} cannot be written with a write-ahead log.");
    }

    private static void Migrate(Database database, int from, int shards)
    {
        database.Execute("BEGIN IMMEDIATE");

        // Of several that share the file and start at once, one does it.
        if (database.QueryNumber("PRAGMA user_version") == from)
        {
            database.Execute(Migrations.Scripts[from]);
            if (from == 0)
                database.Execute(string.Create(
                    CultureInfo.InvariantCulture, $"INSERT INTO meta(key, value) VALUES('shards', {shards})"));
            database.Execute(string.Create(
                CultureInfo.InvariantCulture, $"PRAGMA application_id={ApplicationId}; PRAGMA user_version={from + 1}"));
        }

        database.Execute("COMMIT");
    }
}
