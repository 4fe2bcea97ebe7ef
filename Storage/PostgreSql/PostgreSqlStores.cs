using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestration.Grains.Storage;
using Orchestration.Storage.PostgreSql.Connections;
using Orchestration.Storage.PostgreSql.Schema;
using Orchestration.Storage.PostgreSql.Writing;

namespace Orchestration.Storage.PostgreSql;

/// <summary>
/// The stores of one schema of a database. Any number of silos may have it open; what is acknowledged is committed with
/// <c>synchronous_commit</c>, whatever the server's default is.
/// </summary>
public sealed class PostgreSqlStores : IAsyncDisposable
{
    private readonly Database _database;
    private readonly OpenedSchema _schema;
    private readonly GroupWriter _writer;
    private readonly PostgreSqlInstruments _instruments;
    private int _disposed;

    private PostgreSqlStores(
        Database database, OpenedSchema schema, PostgreSqlStoreOptions options, ClockWatch clock, ILogger logger,
        TimeProvider time, IMeterFactory? meters)
    {
        _database = database;
        _schema = schema;
        _instruments = new PostgreSqlInstruments(meters);
        _writer = new GroupWriter(database, schema.Incarnation, options, time, logger, _instruments);
        _instruments.Observe(() => _writer.Waiting);
        History = new PostgreSqlHistoryStore(database, _writer, schema.Shards);
        Reminders = new PostgreSqlReminderStore(database);
        SmallState = new PostgreSqlSmallStateStore(database);
        Membership = new PostgreSqlMembershipStore(database, clock);
        Reader = new PostgreSqlDataSetReader(database);
    }

    /// <summary>Histories.</summary>
    public IHistoryStore History { get; }

    /// <summary>Reminders.</summary>
    public IReminderStore Reminders { get; }

    /// <summary>Small state.</summary>
    public ISmallStateStore SmallState { get; }

    /// <summary>The silos of the clusters that work on this schema.</summary>
    public IMembershipStore Membership { get; }

    /// <summary>The whole data set, to be moved or checked.</summary>
    public IDataSetReader Reader { get; }

    /// <summary>The data set's id, for life.</summary>
    public Guid DataSet => _schema.DataSet;

    /// <summary>The id under which the data set goes on since its last restore.</summary>
    public Guid IncarnationId => _schema.Incarnation.Id;

    /// <summary>
    /// Whether this opening accepted a database that had been put back: work done after the backup may have left traces outside
    /// that the database knows nothing of.
    /// </summary>
    public bool WasRestored => _schema.Incarnation.WasRestored;

    /// <summary>
    /// Opens a schema, creating it and its tables where they are missing and bringing older ones up to date, unless
    /// <see cref="PostgreSqlStoreOptions.Migrate"/> says otherwise.
    /// </summary>
    /// <exception cref="StoreRefused">
    /// The schema is newer (ORCH0102); the address, the rights or the server do not do (ORCH0104), and the message says which; or
    /// it was restored without consent (ORCH0105).
    /// </exception>
    /// <exception cref="StoreUnavailable">The server cannot be reached, or is not up yet; it may be tried again.</exception>
    public static async Task<PostgreSqlStores> OpenAsync(
        PostgreSqlStoreOptions options, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null,
        IMeterFactory? meterFactory = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var database = new Database(options);
        try
        {
            Shards.Check(options.ShardCount);
            var logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger("Orchestration.Storage.PostgreSql");
            var time = timeProvider ?? TimeProvider.System;
            var schema = await SchemaGate.OpenAsync(database, options, time, logger, cancellationToken).ConfigureAwait(false);
            database.Guard = schema.Incarnation;
            var clock = new ClockWatch(database.Where, time, logger);
            await SchemaGate.CompareAsync(database, clock, cancellationToken).ConfigureAwait(false);
            return new PostgreSqlStores(database, schema, options, clock, logger, time, meterFactory);
        }
        catch (Exception e)
        {
            await database.DisposeAsync().ConfigureAwait(false);
            var refusal = Failures.Refusal(e, database.Where);
            if (ReferenceEquals(refusal, e)) throw;
            throw refusal;
        }
    }

    /// <summary>
    /// Creates the tables or brings them up to date, and does nothing else: for a step of a deployment that runs with the
    /// rights of their owner. Safe to run twice, and by several at once.
    /// </summary>
    /// <exception cref="StoreRefused">As with <see cref="OpenAsync"/>.</exception>
    /// <exception cref="StoreUnavailable">As with <see cref="OpenAsync"/>.</exception>
    public static async Task MigrateAsync(PostgreSqlStoreOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var database = new Database(options);
        await using (database.ConfigureAwait(false))
        {
            try
            {
                await SchemaGate.PrepareAsync(database, Shards.Check(options.ShardCount), cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (Exception e) when (Failures.Refusal(e, database.Where) != e)
            {
                throw Failures.Refusal(e, database.Where);
            }
        }
    }

    /// <summary>
    /// Carries out what is queued and closes the connections. Where the database does not answer, what waits fails after 10 s.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _writer.DisposeAsync().ConfigureAwait(false);
        await _schema.Incarnation.DisposeAsync().ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
        _instruments.Dispose();
    }
}
