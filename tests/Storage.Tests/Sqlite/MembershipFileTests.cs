using System.Diagnostics;
using System.Globalization;
using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite;
using Orchestration.Storage.Sqlite.Native;
using Orchestration.Workflows;

namespace Orchestration.Storage.Tests.Sqlite;

/// <summary>The membership's file, as the silos of one machine share it.</summary>
public sealed class MembershipFileTests : IDisposable
{
    private const string Cluster = "dev";
    private static readonly DateTimeOffset T0 = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("orchestration-members-").FullName;

    private string Store => Path.Combine(_directory, "store.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Open_ManyAtOnceOnNothing_ShareOneTable()
    {
        const int Silos = 6;
        var stores = await Task.WhenAll(Enumerable.Range(0, Silos).Select(_ => Task.Run(() => Open())));
        await Task.WhenAll(stores.Select((store, silo) => JoinAsync(store, $"silo{silo}")));
        foreach (var store in stores)
        {
            var rows = await store.ReadAsync(Cluster);
            Assert.Equal((Silos, Silos), (rows.Version, rows.Members.Count));
            store.Dispose();
        }
    }

    [Fact]
    public void Open_AnotherOneIsMakingTheTable_WaitsForItsLock()
    {
        var limit = TimeSpan.FromMilliseconds(100);
        using (var other = Database.Open(Store + ".members", create: true))
        {
            other.Execute("BEGIN IMMEDIATE");
            var since = Stopwatch.GetTimestamp();
            var refused = Assert.Throws<StoreRefused>(() => Open(o => o.LockTimeout = limit));
            Assert.Equal(FaultCodes.StoreInUse, refused.Code);
            Assert.True(Stopwatch.GetElapsedTime(since) >= limit, "It gave up at once.");
            other.Execute("ROLLBACK");
        }

        Open().Dispose();
    }

    [Fact]
    public async Task Write_AnotherOneHoldsTheLock_FailsAtTheDeadlineAndNamesIt()
    {
        using var store = Open(o => o.LockTimeout = TimeSpan.FromMilliseconds(50));
        using var mark = Orchestration.Storage.Sqlite.Files.WriterMark.Open(Store + ".members");
        using (var other = Database.Open(Store + ".members", create: false))
        {
            other.Execute("BEGIN IMMEDIATE");
            mark.Set();
            var locked = await Assert.ThrowsAsync<StoreUnavailable>(async () => await store.InsertAsync(Cluster, Row("a"), 0));
            Assert.Contains(
                string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId}"), locked.Message,
                StringComparison.Ordinal);
            Assert.Equal(0, (await store.ReadAsync(Cluster)).Version); // reads wait for nobody
            other.Execute("ROLLBACK");
        }

        Assert.True(await store.InsertAsync(Cluster, Row("a"), 0));
    }

    [Fact]
    public void Open_AnotherApplicationsFile_IsRefusedUntouched()
    {
        using (var theirs = Database.Open(Store + ".members", create: true)) theirs.Execute("CREATE TABLE theirs(x)");
        var bytes = File.ReadAllBytes(Store + ".members");
        Assert.Equal(FaultCodes.StoreCorrupt, Assert.Throws<StoreRefused>(() => Open()).Code);
        Assert.Equal(bytes, File.ReadAllBytes(Store + ".members"));
    }

    [Fact]
    public void Open_NoDatabase_IsRefusedUntouched()
    {
        var text = string.Concat(Enumerable.Repeat("a letter\n", 200));
        File.WriteAllText(Store + ".members", text);
        Assert.Equal(FaultCodes.StoreCorrupt, Assert.Throws<StoreRefused>(() => Open()).Code);
        Assert.Equal(text, File.ReadAllText(Store + ".members"));
    }

    [Fact]
    public void Open_NewerFormat_IsRefused()
    {
        Open().Dispose();
        using (var database = Database.Open(Store + ".members", create: false)) database.Execute("PRAGMA user_version=99");
        var refused = Assert.Throws<StoreRefused>(() => Open());
        Assert.Equal(FaultCodes.StoreTooNew, refused.Code);
        Assert.Contains("99", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NetworkFileSystem_IsRefused()
    {
        var refused = Assert.Throws<StoreRefused>(() => Open(o => o.FileSystemOf = static _ => "nfs4"));
        Assert.Equal(FaultCodes.StoreUnfit, refused.Code);
        Assert.Empty(Directory.GetFiles(_directory));
    }

    private static MemberRow Row(string silo) => new(silo, 1, T0, "");

    private static async Task JoinAsync(SqliteMembershipStore store, string silo)
    {
        while (!await store.InsertAsync(Cluster, Row(silo), (await store.ReadAsync(Cluster)).Version))
        {
        }
    }

    private SqliteMembershipStore Open(Action<SqliteStoreOptions>? configure = null)
    {
        var options = new SqliteStoreOptions { Path = Store };
        configure?.Invoke(options);
        return SqliteMembershipStore.Open(options);
    }
}
