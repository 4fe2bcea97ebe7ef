using Microsoft.Extensions.Logging;
using Npgsql;
using Orchestration.Grains.Storage;
using Orchestration.Storage.PostgreSql.Connections;
using Orchestration.Workflows;

namespace Orchestration.Storage.PostgreSql.Schema;

/// <summary>
/// Tells a database that goes on from one that was put back. What a dump does not carry over (the numbers of database and table)
/// and what a recovery changes (the server's timeline) are noted in the schema; how far the server's log had come is known to
/// the silos that write; and where they keep one, a <see cref="Witness"/> knows what they leave behind. Thread-safe.
/// </summary>
internal sealed partial class Incarnation : IAsyncDisposable
{
    /// <summary>The version of the schema that brought it.</summary>
    public const int Since = 4;

    private const int MostPrevious = 100;

    /// <summary>How often the log's end is asked for, along with a group of writes.</summary>
    private static readonly TimeSpan BetweenMarks = TimeSpan.FromSeconds(1);

    /// <summary>How often the witness is renewed while there are writes.</summary>
    private static readonly TimeSpan BetweenNotes = TimeSpan.FromMinutes(1);

    /// <summary>How long a store that closes waits for its witness's last word.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Database _database;
    private readonly Witness? _witness;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly bool _whole;
    private readonly string _place;
    private long _seen;
    private long _markedAt;
    private long _notedAt;
    private int _noting;
    private Task _note = Task.CompletedTask;
    private volatile bool _wrote;
    private volatile string _timeline;

    private Incarnation(
        Database database, Row row, Standing standing, bool whole, Witness? witness, TimeProvider time, ILogger logger)
    {
        _database = database;
        (_witness, _time, _logger, _whole) = (witness, time, logger, whole);
        (Id, WasRestored) = (row.Id, row.WasRestored);
        (_place, _timeline, _seen) = (standing.Place, standing.Timeline, standing.Position);
        _markedAt = _notedAt = time.GetTimestamp();
    }

    /// <summary>The id under which work goes on; another one from each restore on.</summary>
    public Guid Id { get; }

    /// <summary>Whether this opening accepted a database that had been put back.</summary>
    public bool WasRestored { get; }

    /// <summary>
    /// Compares the database with what was noted of it, and notes how it stands now. One silo at a time: each sees what the one
    /// before has written.
    /// </summary>
    /// <exception cref="StoreRefused">It was put back, and that is not consented to (ORCH0105). Nothing was written.</exception>
    public static async Task<Incarnation> OpenAsync(
        NpgsqlConnection connection, Database database, PostgreSqlStoreOptions options, Guid dataSet, TimeProvider time,
        ILogger logger, CancellationToken cancellationToken)
    {
        var witness = options.WitnessDirectory is { } directory ? new Witness(database.Schema, directory, dataSet, time) : null;
        try
        {
            return await OpenAsync(connection, database, options, witness, time, logger, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            witness?.Dispose();
            throw;
        }
    }

    private static async Task<Incarnation> OpenAsync(
        NpgsqlConnection connection, Database database, PostgreSqlStoreOptions options, Witness? witness, TimeProvider time,
        ILogger logger, CancellationToken cancellationToken)
    {
        var whole = await TellsAsync(connection, database, logger, cancellationToken).ConfigureAwait(false);
        Row row;
        Standing standing;
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            var noted = await Commands.RowAsync(
                connection, $"SELECT id, place, timeline, previous FROM {database.Schema}.incarnation FOR UPDATE",
                static row => new Row(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetFieldValue<Guid[]>(3), false),
                cancellationToken).ConfigureAwait(false) ?? throw new StoreRefused(
                    FaultCodes.StoreCorrupt,
                    $"{database.Where}: schema {database.Schema} does not say which incarnation it is. Restore it.");
            standing = await Standing.ReadAsync(connection, database.Schema, whole, cancellationToken).ConfigureAwait(false);
            var why = await DifferenceAsync(connection, noted, standing, witness, cancellationToken).ConfigureAwait(false);
            if (why is not null && !options.AcceptRestore)
                throw new StoreRefused(
                    FaultCodes.StoreRestored,
                    $"{database.Where}, schema {database.Schema}, {why}. Open it with --accept-restore to go on from it, with no "
                    + "silo left on the other one.");
            row = why is null ? noted : noted with
            {
                Id = Guid.NewGuid(),
                Previous = [.. noted.Previous.TakeLast(MostPrevious - 1), noted.Id],
                WasRestored = true,
            };
            await Commands.RunAsync(
                connection,
                $"UPDATE {database.Schema}.incarnation SET id = $1, place = $2, timeline = $3, previous = $4, opened_at = now()",
                cancellationToken, row.Id, standing.Place, standing.Timeline, row.Previous).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }

        // The commit is durable, and so is the log before it.
        if (witness is not null) await witness.BeginAsync(connection, row.Id, cancellationToken).ConfigureAwait(false);
        return new Incarnation(database, row, standing, whole, witness, time, logger);
    }

    /// <summary>Looks at a new connection: what it leads to may be another database by now, or one that has gone back.</summary>
    /// <exception cref="StoreUnavailable">So it is; nothing may be written.</exception>
    public async Task CheckAsync(NpgsqlConnection connection)
    {
        var schema = _database.Schema;
        var standing = await Standing.ReadAsync(connection, schema, _whole, CancellationToken.None).ConfigureAwait(false);
        var id = await Commands.RowAsync(
            connection, $"SELECT id FROM {schema}.incarnation", static row => row.GetGuid(0), CancellationToken.None)
            .ConfigureAwait(false);
        var isKnown = _witness is null || await _witness.IsKnownAsync(connection).ConfigureAwait(false);
        var why = id != Id ? "goes on from a restore that was accepted while this silo ran"
            : !standing.IsAt(_place) ? "was put in the place of the one that this silo works on"
            : !isKnown || standing.Position < Interlocked.Read(ref _seen)
                ? "lacks what this silo had been told was written: a backup was put in its place, or a standby that was behind"
            : null;
        if (why is not null)
            throw new StoreUnavailable(
                $"{_database.Where}, schema {schema}, {why}. Nothing is written. Stop all silos, and start them with "
                + "--accept-restore if this database is to be gone on from.");
        if (standing.IsOn(_timeline)) return;

        // A standby took over that has all that this silo knows of: silos that start from now on need not ask.
        await Commands.RunAsync(
            connection, $"UPDATE {schema}.incarnation SET timeline = $1 WHERE id = $2", CancellationToken.None,
            standing.Timeline, Id).ConfigureAwait(false);
        _timeline = standing.Timeline;
    }

    /// <summary>Whether the group of writes that goes now is to ask where the log ends.</summary>
    public bool TakeMark()
    {
        _wrote = true;
        if (_witness is not null && _time.GetElapsedTime(Interlocked.Read(ref _notedAt)) >= BetweenNotes
            && Interlocked.Exchange(ref _noting, 1) == 0) _note = Task.Run(NoteAsync);
        var last = Interlocked.Read(ref _markedAt);
        return _whole && _time.GetElapsedTime(last) >= BetweenMarks
            && Interlocked.CompareExchange(ref _markedAt, _time.GetTimestamp(), last) == last;
    }

    /// <summary>A commit that followed this position is durable.</summary>
    public void Saw(long position)
    {
        for (var seen = Interlocked.Read(ref _seen); position > seen; seen = Interlocked.Read(ref _seen))
            if (Interlocked.CompareExchange(ref _seen, position, seen) == seen) break;
    }

    /// <summary>Has the witness know of what was written, and lets it go. Called once nothing is written any more.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_witness is null) return;
        await _note.ConfigureAwait(false);
        if (_wrote) await NoteAsync().ConfigureAwait(false);
        _witness.Dispose();
    }

    private async Task NoteAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(Patience, _time);
            var connection = await _database.OpenAsync(limit.Token).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
                await _witness!.RenewAsync(connection, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The database has one of two tokens then, and the file names both.
            LogNoWitness(_logger, e, _witness!.Place);
        }

        _wrote = false;
        Interlocked.Exchange(ref _notedAt, _time.GetTimestamp());
        Interlocked.Exchange(ref _noting, 0);
    }

    /// <summary>In what the database is not the one that was last in use; null where it is.</summary>
    private static async Task<string?> DifferenceAsync(
        NpgsqlConnection connection, Row noted, Standing standing, Witness? witness, CancellationToken cancellationToken)
    {
        if (noted.Place.Length == 0) return null; // made, or brought up to date, a moment ago
        if (!standing.IsAt(noted.Place))
            return "is not where this data set was last in use: it was put back from a dump, or copied";
        if (witness is not null
            && await witness.MissesAsync(connection, noted.Id, noted.Previous, cancellationToken).ConfigureAwait(false))
            return $"lacks what had been written when {witness.Place} was: it was put back from a backup";

        // A recovery and a standby that took over look alike; only silos that run meanwhile know whether anything is missing.
        return standing.IsOn(noted.Timeline) ? null
            : "went on from a backup, or from a standby that took over, while no silo ran that knows whether anything is missing";
    }

    private static async Task<bool> TellsAsync(
        NpgsqlConnection connection, Database database, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            await Standing.ReadAsync(connection, database.Schema, whole: true, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PostgresException e) when (Standing.IsHidden(e))
        {
            LogHidden(logger, database.Where, e.MessageText);
            return false;
        }
    }

    /// <summary>What is noted in the schema.</summary>
    private sealed record Row(Guid Id, string Place, string Timeline, Guid[] Previous, bool WasRestored);
}
