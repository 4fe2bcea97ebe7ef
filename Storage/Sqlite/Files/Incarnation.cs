using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite.Native;
using Orchestration.Workflows;

namespace Orchestration.Storage.Sqlite.Files;

/// <summary>
/// Tells a file that goes on from one that was put back: an id is drawn anew at every opening, every clean end and every minute
/// of writing, and kept both in the file and in a marker beside it. A file whose id the marker does not name is a copy of an
/// earlier time.
/// </summary>
internal sealed class Incarnation
{
    private readonly string _marker;
    private Tuple<Guid> _current;

    private Incarnation(string marker, Guid dataSet, Guid current, bool wasRestored)
    {
        _marker = marker;
        DataSet = dataSet;
        _current = new(current);
        WasRestored = wasRestored;
    }

    /// <summary>The data set's id, for life.</summary>
    public Guid DataSet { get; }

    /// <summary>The id that was drawn last. Thread-safe, unlike the rest.</summary>
    public Guid Current
    {
        get => Volatile.Read(ref _current).Item1;
        private set => Volatile.Write(ref _current, new(value));
    }

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
            var incarnation = Open(database, path, acceptRestore, static (i, d) => i.RenewWithin(d));
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
    /// Draws a new id. The marker names both until the new one is in the file, so that a crash between is no restore.
    /// </summary>
    public void Renew(Database database)
    {
        RenewWithin(database);
        Settle();
    }

    /// <summary>
    /// Draws a new id within a transaction, so that a copy is told from the file though no clean end came after it. The marker
    /// names both until <see cref="Settle"/>; a commit that fails, or whose outcome is unknown, leaves one of them in the file.
    /// </summary>
    /// <exception cref="IOException">The marker cannot be written; the file keeps its id.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void RenewWithin(Database transaction)
    {
        var next = Guid.NewGuid();
        WriteMarker([InFile(transaction), next]);
        Write(transaction, "incarnation", next);
        Current = next;
    }

    /// <summary>
    /// The commit with the new id stands: the marker names that one alone. Not where others share the file, who may have drawn
    /// one since.
    /// </summary>
    /// <exception cref="IOException">The marker cannot be written; it names both still.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Settle() => WriteMarker([Current]);

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

    // Not the one that was drawn last: the commit that was to bring it may have failed, or another process have drawn one since.
    private static Guid InFile(Database database) => Read(database, "incarnation") ?? Guid.Empty;

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
