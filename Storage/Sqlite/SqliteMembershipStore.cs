using System.Globalization;
using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite.Files;
using Orchestration.Storage.Sqlite.Membership;
using Orchestration.Storage.Sqlite.Native;
using Orchestration.Workflows;
using SQLitePCL;

namespace Orchestration.Storage.Sqlite;

/// <summary>
/// Members in a file of their own, which the silos of one machine share: for clusters in development. What is acknowledged is on
/// the disk. A write waits for those of other processes for at most <see cref="SqliteStoreOptions.LockTimeout"/>.
/// </summary>
public sealed class SqliteMembershipStore : IMembershipStore, IDisposable
{
    private readonly string _path;
    private readonly Database _database;
    private readonly WriterMark _mark;
    private readonly TimeSpan _lockTimeout;
    private readonly SemaphoreSlim _turn = new(1);
    private bool _disposed;

    private SqliteMembershipStore(string path, Database database, WriterMark mark, TimeSpan lockTimeout)
    {
        _path = path;
        _database = database;
        _mark = mark;
        _lockTimeout = lockTimeout;
    }

    /// <summary>Opens the file beside a store's (<c>.members</c>), creating it and its directory where they are
    /// missing.</summary>
    /// <exception cref="StoreRefused">
    /// The file is newer (ORCH0102), held by another program (ORCH0103), in an unfit place (ORCH0104), or not ours or damaged
    /// (ORCH0106).
    /// </exception>
    public static SqliteMembershipStore Open(SqliteStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var path = StoreDirectory.Prepare(options) + ".members";
        var mark = WriterMark.Open(path);
        Database? database = null;
        try
        {
            database = Database.Open(path, create: true);
            database.WaitForLocks(options.LockTimeout);
            database.Execute("PRAGMA synchronous=FULL");
            MembershipSchema.Prepare(database, path);
            return new SqliteMembershipStore(path, database, mark, options.LockTimeout);
        }
        catch (Exception e)
        {
            var holder = mark.Holder;
            database?.Dispose();
            mark.Dispose();
            if (e is SqliteFailure failure) throw SqliteStores.Refusal(path, failure, holder);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<MembershipRows> ReadAsync(string cluster, CancellationToken cancellationToken = default) =>
        RunAsync(cluster, database => Read(database, cluster, null), isWrite: false, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<MembershipRows> ReadAsync(string cluster, string silo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(silo);
        return RunAsync(cluster, database => Read(database, cluster, silo), isWrite: false, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> InsertAsync(
        string cluster, MemberRow row, long version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        return RunAsync(
            cluster,
            database => VersionOf(database, cluster) == version && WrittenAt(database, cluster, row.Silo) is null
                && Write(database, cluster, row, version),
            isWrite: true, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> UpdateAsync(
        string cluster, MemberRow row, long version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        return RunAsync(
            cluster,
            database => VersionOf(database, cluster) == version
                && WrittenAt(database, cluster, row.Silo)?.ToString(CultureInfo.InvariantCulture) == row.ETag
                && Write(database, cluster, row, version),
            isWrite: true, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask BeatAsync(
        string cluster, string silo, DateTimeOffset aliveAt, CancellationToken cancellationToken = default) =>
        await RunAsync(
            cluster,
            database =>
            {
                using var statement = database.PrepareOnce("UPDATE members SET alive_at=? WHERE cluster=? AND silo=?");
                statement.Bind(1, aliveAt.ToUnixTimeMilliseconds()).Bind(2, cluster).Bind(3, silo).Run();
                return true;
            },
            isWrite: true, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<int> PurgeAsync(
        string cluster, DateTimeOffset before, int exceptStatus, CancellationToken cancellationToken = default) =>
        RunAsync(
            cluster,
            database =>
            {
                using var statement = database.PrepareOnce(
                    "DELETE FROM members WHERE cluster=? AND alive_at<? AND status<>? RETURNING 1");
                statement.Bind(1, cluster).Bind(2, before.ToUnixTimeMilliseconds()).Bind(3, exceptStatus);
                var removed = 0;
                while (statement.Step()) removed++;
                return removed;
            },
            isWrite: true, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask ClearAsync(string cluster, CancellationToken cancellationToken = default) =>
        await RunAsync(
            cluster,
            database =>
            {
                using var statement = database.PrepareOnce("DELETE FROM members WHERE cluster=?");
                statement.Bind(1, cluster).Run();
                SetVersion(database, cluster, VersionOf(database, cluster) + 1);
                return true;
            },
            isWrite: true, cancellationToken).ConfigureAwait(false);

    /// <summary>Closes the file once what is under way has ended. What comes later is refused.</summary>
    public void Dispose()
    {
        _turn.Wait();
        if (!_disposed)
        {
            _disposed = true;
            _database.Dispose();
            _mark.Dispose();
        }

        _turn.Release();
    }

    private static MembershipRows Read(Database database, string cluster, string? silo)
    {
        // One statement sees one state.
        using var row = database.PrepareOnce(
            "SELECT c.version, m.silo, m.status, m.alive_at, m.details, m.written FROM clusters c LEFT JOIN members m "
            + $"ON m.cluster=c.cluster {(silo is null ? "" : "AND m.silo=?2")} WHERE c.cluster=?1 ORDER BY m.silo");
        row.Bind(1, cluster);
        if (silo is not null) row.Bind(2, silo);
        var (version, members) = (0L, new List<MemberRow>());
        while (row.Step())
        {
            version = row.Int64(0);
            if (row.IsNull(1)) continue;
            members.Add(new MemberRow(
                row.Text(1), row.Int32(2), DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(3)), row.Text(4),
                row.Int64(5).ToString(CultureInfo.InvariantCulture)));
        }

        return new MembershipRows(version, members);
    }

    private static long VersionOf(Database database, string cluster)
    {
        using var row = database.PrepareOnce("SELECT version FROM clusters WHERE cluster=?");
        return row.Bind(1, cluster).Step() ? row.Int64(0) : 0;
    }

    private static long? WrittenAt(Database database, string cluster, string silo)
    {
        using var row = database.PrepareOnce("SELECT written FROM members WHERE cluster=? AND silo=?");
        return row.Bind(1, cluster).Bind(2, silo).Step() ? row.Int64(0) : null;
    }

    private static bool Write(Database database, string cluster, MemberRow row, long version)
    {
        using var statement = database.PrepareOnce(
            "INSERT INTO members(cluster, silo, status, alive_at, details, written) VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT "
            + "DO UPDATE SET status=excluded.status, alive_at=excluded.alive_at, details=excluded.details, "
            + "written=excluded.written");
        statement.Bind(1, cluster).Bind(2, row.Silo).Bind(3, row.Status).Bind(4, row.AliveAt.ToUnixTimeMilliseconds())
            .Bind(5, row.Details).Bind(6, version + 1).Run();
        SetVersion(database, cluster, version + 1);
        return true;
    }

    private static void SetVersion(Database database, string cluster, long version)
    {
        using var statement = database.PrepareOnce(
            "INSERT INTO clusters(cluster, version) VALUES(?, ?) ON CONFLICT DO UPDATE SET version=excluded.version");
        statement.Bind(1, cluster).Bind(2, version).Run();
    }

    private async ValueTask<T> RunAsync<T>(
        string cluster, Func<Database, T> work, bool isWrite, CancellationToken cancellationToken)
    {
        StoreRequests.CheckCluster(cluster);
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);

            // Off the caller's thread: a statement may wait for the lock and for the disk.
            return await Task.Run(() => isWrite ? Transact(work) : work(_database), CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (SqliteFailure e)
        {
            throw Shown(e);
        }
        finally
        {
            _turn.Release();
        }
    }

    private T Transact<T>(Func<Database, T> work)
    {
        _database.Execute("BEGIN IMMEDIATE");
        _mark.Set();
        try
        {
            var answer = work(_database);
            _database.Execute("COMMIT");
            return answer;
        }
        finally
        {
            if (_database.InTransaction) _database.Execute("ROLLBACK");
            _mark.Clear();
        }
    }

    private EngineFault Shown(SqliteFailure error) => error switch
    {
        { IsCorruption: true } => new EngineFault(FaultCodes.StoreCorrupt, $"{_path} is damaged.", error),
        { Primary: raw.SQLITE_BUSY or raw.SQLITE_LOCKED } => new StoreUnavailable(
            $"{_path} has been locked for {_lockTimeout.TotalSeconds:0.#} s by {_mark.Holder}.", error),
        _ => new StoreUnavailable($"{_path} could not be read or written.", error),
    };
}
