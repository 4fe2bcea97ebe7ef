using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite;
using Orchestration.Storage.Sqlite.Native;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Storage.Tests.Sqlite;

/// <summary>What is opened, and what is refused untouched.</summary>
public sealed class OpeningTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("orchestration-open-").FullName;

    private string File => Path.Combine(_directory, "store.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task OpenAsync_MissingDirectory_IsCreated()
    {
        var path = Path.Combine(_directory, "a", "b", "store.db");
        await using (var stores = await OpenAsync(path)) Assert.NotEqual(Guid.Empty, stores.IncarnationId);
        Assert.True(System.IO.File.Exists(path));
    }

    [Fact]
    public async Task OpenAsync_AgainAfterClosing_IsTheSameDataSet()
    {
        Guid dataSet, incarnation;
        await using (var stores = await OpenAsync()) (dataSet, incarnation) = (stores.DataSet, stores.IncarnationId);
        await using var again = await OpenAsync();
        Assert.Equal(dataSet, again.DataSet);
        Assert.NotEqual(incarnation, again.IncarnationId);
        Assert.False(again.WasRestored);
    }

    [Fact]
    public async Task OpenAsync_Twice_IsRefused()
    {
        await using var stores = await OpenAsync();
        Assert.Equal(FaultCodes.StoreInUse, (await RefusedAsync()).Code);
    }

    [Fact]
    public async Task OpenAsync_NewerFormat_IsRefusedUntouched()
    {
        await using (await OpenAsync())
        {
        }

        using (var database = Database.Open(File, create: false)) database.Execute("PRAGMA user_version=1000");
        var bytes = await System.IO.File.ReadAllBytesAsync(File);
        var refused = await RefusedAsync();
        Assert.Equal(FaultCodes.StoreTooNew, refused.Code);
        Assert.Contains("1000", refused.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, await System.IO.File.ReadAllBytesAsync(File));
    }

    [Fact]
    public async Task OpenAsync_NoDatabase_IsRefusedUntouched()
    {
        var text = string.Concat(Enumerable.Repeat("this is a letter, not a store\n", 100));
        await System.IO.File.WriteAllTextAsync(File, text);
        Assert.Equal(FaultCodes.StoreCorrupt, (await RefusedAsync()).Code);
        Assert.Equal(text, await System.IO.File.ReadAllTextAsync(File));
    }

    [Fact]
    public async Task OpenAsync_AnotherApplicationsDatabase_IsRefusedUntouched()
    {
        using (var database = Database.Open(File, create: true)) database.Execute("CREATE TABLE theirs(x)");
        var bytes = await System.IO.File.ReadAllBytesAsync(File);
        Assert.Equal(FaultCodes.StoreCorrupt, (await RefusedAsync()).Code);
        Assert.Equal(bytes, await System.IO.File.ReadAllBytesAsync(File));
    }

    [Fact]
    public async Task OpenAsync_Truncated_IsRefused()
    {
        await using (await OpenAsync())
        {
        }

        await using (var file = new FileStream(File, FileMode.Open)) file.SetLength(5000);
        Assert.Equal(FaultCodes.StoreCorrupt, (await RefusedAsync()).Code);
    }

    [Fact]
    public async Task OpenAsync_EmptyFile_BecomesAStore()
    {
        await System.IO.File.WriteAllBytesAsync(File, []);
        await using var stores = await OpenAsync();
        Assert.Empty((await stores.History.ListAsync(new ListQuery())).Runs);
    }

    [Fact]
    public async Task OpenAsync_WithAnotherShardCount_KeepsTheFilesOwn()
    {
        var options = new SqliteStoreOptions { Path = File, ShardCount = 8 };
        await using (var stores = await SqliteStores.OpenAsync(options)) Assert.Equal(8, stores.History.ShardCount);
        await using var again = await OpenAsync();
        Assert.Equal(8, again.History.ShardCount);
        await Assert.ThrowsAsync<InvalidRequest>(async () =>
            await again.History.DueRunsAsync(new DueQuery(8, RunState.Runnable, DateTimeOffset.MaxValue, 1)));
    }

    [Fact]
    public async Task OpenAsync_FileOfBeforeTheNumberWasWritten_Has256Shards()
    {
        await using (await SqliteStores.OpenAsync(new SqliteStoreOptions { Path = File, ShardCount = 8 }))
        {
        }

        using (var database = Database.Open(File, create: false)) database.Execute("DELETE FROM meta WHERE key='shards'");
        await using var stores = await OpenAsync();
        Assert.Equal(256, stores.History.ShardCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4097)]
    public async Task OpenAsync_ShardCountOutOfRange_IsRefused(int count)
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            SqliteStores.OpenAsync(new SqliteStoreOptions { Path = File, ShardCount = count }));
        using var database = Database.Open(File, create: true);
        Assert.Equal(0, database.QueryNumber("SELECT count(*) FROM sqlite_schema"));
    }

    [Fact]
    public async Task OpenAsync_PathIsADirectory_IsRefused()
    {
        Directory.CreateDirectory(File);
        Assert.Equal(FaultCodes.StoreUnfit, (await RefusedAsync()).Code);
    }

    [Fact]
    public async Task OpenAsync_DirectoryIsAFile_IsRefused()
    {
        await System.IO.File.WriteAllTextAsync(File, "x");
        Assert.Equal(FaultCodes.StoreUnfit, (await RefusedAsync(o => o.Path = Path.Combine(File, "store.db"))).Code);
    }

    [Theory]
    [InlineData("nfs4")]
    [InlineData("cifs")]
    [InlineData("9p")]
    [InlineData("fuse.sshfs")]
    public async Task OpenAsync_NetworkFileSystem_IsRefused(string format)
    {
        var refused = await RefusedAsync(o => o.FileSystemOf = _ => format);
        Assert.Equal(FaultCodes.StoreUnfit, refused.Code);
        Assert.Contains(format, refused.Message, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task OpenAsync_EmptyPath_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => SqliteStores.OpenAsync(new SqliteStoreOptions { Path = " " }));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OpenAsync_RestoredCopy_NeedsConsent(bool markerIsLost)
    {
        await using (var stores = await OpenAsync()) await StartAsync(stores, "before");
        System.IO.File.Copy(File, File + ".backup");
        await using (var stores = await OpenAsync()) await StartAsync(stores, "after");
        System.IO.File.Move(File + ".backup", File, overwrite: true);
        if (markerIsLost) System.IO.File.Delete(File + ".incarnation");

        Assert.Equal(FaultCodes.StoreRestored, (await RefusedAsync()).Code);
        await using (var restored = await SqliteStores.OpenAsync(new SqliteStoreOptions { Path = File, AcceptRestore = true }))
        {
            Assert.True(restored.WasRestored);
            Assert.NotNull(await restored.History.FindAsync(new WorkflowKey("before")));
            Assert.Null(await restored.History.FindAsync(new WorkflowKey("after")));
        }

        await using var again = await OpenAsync();
        Assert.False(again.WasRestored);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task OpenAsync_CopyOfARunningStoreIsPutBackAfterACrash_NeedsConsent(bool shared, int minutes)
    {
        var time = new ManualTimeProvider();
        var backup = Path.Combine(_directory, "backup.db");
        await using var stores = await SqliteStores.OpenAsync(
            new SqliteStoreOptions { Path = File, Shared = shared }, timeProvider: time);
        await StartAsync(stores, "before");
        using (var database = Database.Open(File, create: false)) database.Execute($"VACUUM INTO '{backup}'");
        for (var minute = 0; minute < minutes; minute++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            await StartAsync(stores, $"after {minute}");
        }

        // As a crash leaves it, it is gone on from.
        var crashed = Left("crashed", File);
        System.IO.File.Copy(File + "-wal", crashed + "-wal");
        await using (var again = await OpenAsync(crashed))
            Assert.NotNull(await again.History.FindAsync(new WorkflowKey($"after {minutes - 1}")));

        var restored = Left("restored", backup);
        Assert.Equal(FaultCodes.StoreRestored, (await RefusedAsync(o => o.Path = restored)).Code);
    }

    [Fact]
    public async Task AppendAsync_MarkerCannotBeWritten_IsWrittenAndTheFileStaysItself()
    {
        var time = new ManualTimeProvider();
        await using (var stores = await SqliteStores.OpenAsync(new SqliteStoreOptions { Path = File }, timeProvider: time))
        {
            Directory.CreateDirectory(File + ".incarnation.new"); // in the marker's way
            time.Advance(TimeSpan.FromMinutes(1));
            await StartAsync(stores, "one");
            Directory.Delete(File + ".incarnation.new");
            System.IO.File.Copy(File + "-wal", Left("crashed", File) + "-wal");
        }

        await using (var again = await OpenAsync()) Assert.NotNull(await again.History.FindAsync(new WorkflowKey("one")));
        await using var crashed = await OpenAsync(Path.Combine(_directory, "crashed", "store.db"));
        Assert.NotNull(await crashed.History.FindAsync(new WorkflowKey("one")));
    }

    [Fact]
    public async Task OpenAsync_EveryRefusal_LeavesTheLockFree()
    {
        await System.IO.File.WriteAllTextAsync(File, new string('x', 5000));
        await RefusedAsync();
        System.IO.File.Delete(File);
        await using var stores = await OpenAsync();
    }

    /// <summary>A file with the marker as it is, in a directory of its own.</summary>
    private string Left(string name, string file)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(_directory, name)).FullName, "store.db");
        System.IO.File.Copy(file, path);
        System.IO.File.Copy(File + ".incarnation", path + ".incarnation");
        return path;
    }

    private static async Task StartAsync(SqliteStores stores, string id)
    {
        var key = new StoreKey(new WorkflowKey(id), new RunId(Guid.NewGuid()));
        var result = await stores.History.AppendAsync(new AppendRequest
        {
            Key = key,
            ExpectedSequence = 0,
            TurnId = new TurnId(Guid.NewGuid(), 1),
            EventCount = 1,
            Format = 1,
            Body = new byte[10],
            Header = new RunHeader("t", 0, DateTimeOffset.UnixEpoch, null),
            Summary = new RunSummary(WorkflowStatus.Running, RunState.Runnable, null),
        });
        Assert.Equal(AppendOutcome.Appended, result.Outcome);
    }

    private Task<SqliteStores> OpenAsync(string? path = null) =>
        SqliteStores.OpenAsync(new SqliteStoreOptions { Path = path ?? File });

    private Task<StoreRefused> RefusedAsync(Action<SqliteStoreOptions>? configure = null)
    {
        var options = new SqliteStoreOptions { Path = File };
        configure?.Invoke(options);
        return Assert.ThrowsAsync<StoreRefused>(() => SqliteStores.OpenAsync(options));
    }
}
