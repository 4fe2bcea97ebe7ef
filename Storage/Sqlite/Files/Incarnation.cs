using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite.Native;
using Orchestration.Workflows;

namespace Orchestration.Storage.Sqlite.Files;

/// <summary>
/// Tells a file that goes on from one that was put back: an id is drawn anew at every opening and every clean end, and kept both
/// in the file and in a marker beside it. A file whose id the marker does not name is a copy of an earlier time.
/// </summary>
internal sealed class Incarnation
{
    private readonly string _marker;

    private Incarnation(string marker, Guid dataSet, Guid current, bool wasRestored)
    {
        _marker = marker;
        DataSet = dataSet;
        Current = current;
        WasRestored = wasRestored;
    }

    /// <summary>The data set's id, for life.</summary>
    public Guid DataSet { get; }

    /// <summary>The id of this opening.</summary>
    public Guid Current { get; private set; }

    /// <summary>Whether this opening accepted a restored file.</summary>
    public bool WasRestored { get; }

    /// <param name="database">The store's file.</param>
    /// <param name="path">Its path.</param>
    /// <param name="acceptRestore">Whether a restored file is consented to.</param>
    /// <param name="shared">Whether others have the file open too.</param>
    /// <exception cref="StoreRefused">The file was restored and that is not consented to.</exception>
    public static Incarnation Open(Database database, string path, bool acceptRestore, bool shared)
    {
        if (!shared) return Open(database, path, acceptRestore);

        // Under the file's write lock: of several that open it at once, each sees what the one before it has written.
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            var incarnation = Open(database, path, acceptRestore, static (i, d) => i.RenewAmongOthers(d));
            database.Execute("COMMIT");
            return incarnation;
        }
        finally
        {
            if (database.InTransaction) database.Execute("ROLLBACK");
        }
    }

    private static Incarnation Open(Database database, string path, bool acceptRestore) =>
        Open(database, path, acceptRestore, static (i, d) => i.Renew(d));

    private static Incarnation Open(
        Database database, string path, bool acceptRestore, Action<Incarnation, Database> renew)
    {
        var marker = path + ".incarnation";
        var stored = Read(database, "incarnation");
        var restored = stored is { } id && !MarkerNames(marker, id);
        if (restored && !acceptRestore)
            throw new StoreRefused(
                FaultCodes.StoreRestored,
                $"{path} is not the file that was last in use here (its marker {marker} says otherwise): it was restored or "
                + "copied. Open it with --accept-restore to go on from it.");
        var dataSet = Read(database, "data_set") ?? Guid.NewGuid();
        var incarnation = new Incarnation(marker, dataSet, stored ?? default, restored);
        if (stored is null) Write(database, "data_set", incarnation.DataSet);
        renew(incarnation, database);
        return incarnation;
    }

    /// <summary>
    /// The same within a transaction, where others renew too: the marker goes on naming the id before, since only after the
    /// commit is that past, and then somebody else may be at it.
    /// </summary>
    private void RenewAmongOthers(Database database)
    {
        var next = Guid.NewGuid();
        WriteMarker([Current, next]);
        Write(database, "incarnation", next);
        Current = next;
    }

    /// <summary>
    /// Draws a new id. The marker names both until the new one is in the file, so that a crash between is no restore.
    /// </summary>
    public void Renew(Database database)
    {
        var next = Guid.NewGuid();
        WriteMarker([Current, next]);
        Write(database, "incarnation", next);
        WriteMarker([next]);
        Current = next;
    }

    private static bool MarkerNames(string marker, Guid id)
    {
        try
        {
            return File.ReadAllLines(marker).Any(line => Guid.TryParse(line, out var known) && known == id);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    private void WriteMarker(ReadOnlySpan<Guid> ids)
    {
        var text = new System.Text.StringBuilder();
        foreach (var id in ids) text.Append(id.ToString("N")).Append('\n');
        var temporary = _marker + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(text.ToString()));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, _marker, overwrite: true);
    }

    private static Guid? Read(Database database, string key)
    {
        using var statement = database.PrepareOnce("SELECT value FROM meta WHERE key=?");
        return statement.Bind(1, key).Step() ? statement.Guid(0) : null;
    }

    private static void Write(Database database, string key, Guid value)
    {
        using var statement = database.PrepareOnce(
            "INSERT INTO meta(key, value) VALUES(?, ?) ON CONFLICT DO UPDATE SET value=excluded.value");
        statement.Bind(1, key).Bind(2, value).Run();
    }
}
