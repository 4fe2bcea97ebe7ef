using System.Text;
using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite;
using Orchestration.Workflows;

namespace Orchestration.Silo.Tests;

/// <summary>The verb that moves a data set, and what silos make of stores that it has been at.</summary>
public sealed class MoveCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("orchestration-move-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Move_BetweenTwoStores_IsDoneAndTheSourceIsRefusedFromThenOn()
    {
        var (from, to) = (Path.Combine(_directory, "from"), Path.Combine(_directory, "to"));
        var key = new StoreKey(new WorkflowKey("order-1"), new RunId(Guid.NewGuid()));
        await using (var stores = await OpenAsync(from)) await stores.History.AppendAsync(First(key));

        Assert.Equal(0, await SiloCommand.RunAsync(["move", "--from", from, "--to", to]));
        await using (var stores = await OpenAsync(to)) Assert.Equal(key, (await stores.History.FindAsync(key.Key))!.Key);

        Assert.Equal(1, await SiloCommand.RunAsync(["--data", from, "--port", "0"]));
        Assert.Equal(0, await SiloCommand.RunAsync(["move", "--from", from, "--to", to])); // it has ended, and is left so
        Assert.Equal(1, await SiloCommand.RunAsync(["move", "--from", to, "--to", from])); // not empty
    }

    [Fact]
    public async Task Move_NothingThere_IsRefusedAndMakesNothing()
    {
        var (from, to) = (Path.Combine(_directory, "none"), Path.Combine(_directory, "to"));
        Assert.Equal(1, await SiloCommand.RunAsync(["move", "--from", from, "--to", to]));
        Assert.Equal(1, await SiloCommand.RunAsync(["move", "--from", "azure:nonsense", "--to", to]));
        Assert.Equal(2, await SiloCommand.RunAsync(["move", "--from", from]));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory));
    }

    private static Task<SqliteStores> OpenAsync(string directory) =>
        SqliteStores.OpenAsync(new SqliteStoreOptions { Path = Path.Combine(directory, "orchestration.db") });

    private static AppendRequest First(StoreKey key) => new()
    {
        Key = key, ExpectedSequence = 0, TurnId = new TurnId(Guid.NewGuid(), 1), EventCount = 1, Format = 1,
        Body = Encoding.UTF8.GetBytes("started"),
        Header = new RunHeader("orders", Shards.Of(key.Key), DateTimeOffset.UnixEpoch, null),
        Summary = new RunSummary(WorkflowStatus.Running, RunState.Parked, null),
    };
}
