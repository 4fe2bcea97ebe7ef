using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite.Files;
using Orchestration.Storage.Sqlite.Native;
using Orchestration.Storage.Sqlite.Reading;
using Orchestration.Storage.Sqlite.Schema;
using Orchestration.Storage.Sqlite.Writing;
using Orchestration.Workflows;
using SQLitePCL;

namespace Orchestration.Storage.Sqlite;

/// <summary>
/// The stores of one file. One process at a time has it open, or several of one machine that all say so
/// (<see cref="SqliteStoreOptions.Shared"/>); what is acknowledged is on the disk (write-ahead log, synchronous).
/// </summary>
public sealed class SqliteStores : IAsyncDisposable
{
    private readonly FileLock _lock;
    private readonly bool _shared;
    private readonly Incarnation _incarnation;
    private readonly Writer _writer;
    private readonly ReaderPool _readers;
    private readonly SqliteInstruments _instruments;
    private int _disposed;

    private SqliteStores(
        FileLock fileLock, Incarnation incarnation, int shards, string path, SqliteStoreOptions options, ILogger logger,
        TimeProvider time, IMeterFactory? meters)
    {
        _lock = fileLock;
        _shared = options.Shared;
        _incarnation = incarnation;
        _instruments = new SqliteInstruments(meters);
        _writer = new Writer(path, options, time, logger, _instruments) { AtEnd = End, Incarnation = incarnation };
        _readers = new ReaderPool(path, Math.Max(1, options.Readers));
        _instruments.Observe(() => _writer.Log.Bytes, () => _writer.Waiting);
        History = new SqliteHistoryStore(_writer, _readers, shards);
        Reminders = new SqliteReminderStore(_writer, _readers);
        SmallState = new SqliteSmallStateStore(_writer, _readers);
        Reader = new SqliteDataSetReader(_readers);
        _writer.Start();
    }

    /// <summary>Histories.</summary>
    public IHistoryStore History { get; }

    /// <summary>Reminders.</summary>
    public IReminderStore Reminders { get; }

    /// <summary>Small state.</summary>
    public ISmallStateStore SmallState { get; }

    /// <summary>The whole data set, to be moved or checked.</summary>
    public IDataSetReader Reader { get; }

    /// <summary>The data set's id, for life.</summary>
    public Guid DataSet => _incarnation.DataSet;

    /// <summary>What tells this file from a copy of it: another id from each opening, and each minute of writing, on.</summary>
    public Guid IncarnationId => _incarnation.Current;

    /// <summary>
    /// Whether this opening accepted a file that had been put back from a backup: work done after the backup may have left traces
    /// outside that the file knows nothing of.
    /// </summary>
    public bool WasRestored => _incarnation.WasRestored;

    /// <summary>For tests: about how many bytes of the log are not in the file yet.</summary>
    internal long LogBytes => _writer.Log.Bytes;

    /// <summary>
    /// Opens a file, creating it and its directory where they are missing, and bringing an older format up to date.
    /// </summary>
    /// <exception cref="StoreRefused">
    /// The file is newer (ORCH0102), in use (ORCH0103), in an unfit place (ORCH0104), restored without consent (ORCH0105), or no
    /// store or damaged (ORCH0106).
    /// </exception>
    public static Task<SqliteStores> OpenAsync(
        SqliteStoreOptions options, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null,
        IMeterFactory? meterFactory = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Task.Run(() => Open(options, loggerFactory, timeProvider, meterFactory));
    }

    /// <summary>
    /// Carries out what is queued, moves the log into the file and closes it. Where the disk does not write, what waits fails
    /// after 10 s.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _readers.DisposeAsync().ConfigureAwait(false);
        await _writer.DisposeAsync().ConfigureAwait(false);
        _instruments.Dispose();
        _lock.Dispose();
    }

    private void End(WriteSession session)
    {
        if (_shared) return; // the others go on; the last connection that closes moves the log into the file
        _incarnation.Renew(session.Database);
        session.Database.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);
    }

    internal static SqliteStores Open(
        SqliteStoreOptions options, ILoggerFactory? loggerFactory, TimeProvider? timeProvider, IMeterFactory? meterFactory)
    {
        var path = StoreDirectory.Prepare(options);
        var fileLock = FileLock.Take(path, options.Shared);
        try
        {
            using var database = Database.Open(path, create: true);
            if (options.Shared) database.WaitForLocks(options.LockTimeout);
            database.Execute("PRAGMA synchronous=FULL");
            var shards = SchemaGate.Prepare(database, path, Shards.Check(options.ShardCount));
            var incarnation = Incarnation.Open(database, path, options.AcceptRestore, options.Shared);
            var logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger("Orchestration.Storage.Sqlite");
            return new SqliteStores(
                fileLock, incarnation, shards, path, options, logger, timeProvider ?? TimeProvider.System, meterFactory);
        }
        catch (Exception e)
        {
            fileLock.Dispose();
            if (e is SqliteFailure failure) throw Refusal(path, failure);
            if (e is IOException or UnauthorizedAccessException)
                throw new StoreRefused(FaultCodes.StoreUnfit, $"{path} cannot be written.", e);
            throw;
        }
    }

    internal static StoreRefused Refusal(
        string path, SqliteFailure failure, string holder = "another program that has it open") => failure.Primary switch
        {
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB =>
                new StoreRefused(FaultCodes.StoreCorrupt, $"{path} is no store, or damaged.", failure),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED =>
                new StoreRefused(FaultCodes.StoreInUse, $"{path} is locked by {holder}.", failure),
            _ => new StoreRefused(FaultCodes.StoreUnfit, $"{path} cannot be opened.", failure),
        };
}
