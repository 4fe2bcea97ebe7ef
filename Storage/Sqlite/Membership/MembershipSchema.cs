using System.Globalization;
using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite.Native;
using Orchestration.Workflows;

namespace Orchestration.Storage.Sqlite.Membership;

/// <summary>The tables of a membership file. Several processes may be at it at once.</summary>
internal static class MembershipSchema
{
    /// <summary>Marks a file as ours ("ORCM").</summary>
    public const int ApplicationId = 0x4F52434D;

    private static readonly string[] Scripts =
    [
        """
        CREATE TABLE clusters(
            cluster TEXT PRIMARY KEY,
            version INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE members(
            cluster TEXT NOT NULL,
            silo TEXT NOT NULL,
            status INTEGER NOT NULL,
            alive_at INTEGER NOT NULL,
            details TEXT NOT NULL,
            written INTEGER NOT NULL,
            PRIMARY KEY(cluster, silo)
        ) WITHOUT ROWID;
        """,
    ];

    /// <exception cref="StoreRefused">The file is another application's, damaged, or of a newer version.</exception>
    public static void Prepare(Database database, string path)
    {
        if (CheckAtOnce(database, path) == Scripts.Length) return;
        if (!database.TryUseLog())
            throw new StoreRefused(FaultCodes.StoreUnfit, $"{path} cannot be written with a write-ahead log.");
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            // Looked at again: of several that start at once, one does it.
            for (var next = Check(database, path); next < Scripts.Length; next++)
            {
                database.Execute(Scripts[next]);
                database.Execute(string.Create(
                    CultureInfo.InvariantCulture, $"PRAGMA application_id={ApplicationId}; PRAGMA user_version={next + 1}"));
            }

            database.Execute("COMMIT");
        }
        finally
        {
            if (database.InTransaction) database.Execute("ROLLBACK");
        }
    }

    /// <summary>Of one moment: another process may be making the tables, and half of that is nobody else's file.</summary>
    private static int CheckAtOnce(Database database, string path)
    {
        database.Execute("BEGIN");
        try
        {
            return Check(database, path);
        }
        finally
        {
            if (database.InTransaction) database.Execute("ROLLBACK");
        }
    }

    private static int Check(Database database, string path)
    {
        var application = database.QueryNumber("PRAGMA application_id");
        var version = database.QueryNumber("PRAGMA user_version");
        var isNew = application == 0 && version == 0 && database.QueryNumber("SELECT count(*) FROM sqlite_schema") == 0;
        if (!isNew && application != ApplicationId)
            throw new StoreRefused(FaultCodes.StoreCorrupt, $"{path} is an SQLite file of something else.");
        if (version > Scripts.Length)
            throw new StoreRefused(
                FaultCodes.StoreTooNew, $"{path} has format {version}; this version reads formats up to {Scripts.Length}.");
        return (int)version;
    }
}
