using Microsoft.Extensions.DependencyInjection;
using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite;
using Orchestration.Workflows;

namespace Orchestration.Cli.Tests;

public sealed class StoreCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cli-store-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Verify_StoreWithAHistoryThatCannotBeRead_NamesIt()
    {
        await WriteAsync("good", """[{"type":"run-cancel-requested","at":1}]""");
        var sound = await CliRun.OfAsync("store", "verify", _folder.FullName);
        Assert.Equal((0, ""), (sound.Exit, sound.Error));
        Assert.Contains("1 runs with 1 events; all can be read", sound.Output, StringComparison.Ordinal);

        await WriteAsync("bad", "no history");
        var damaged = await CliRun.OfAsync("store", "verify", _folder.FullName);
        Assert.Equal(8, damaged.Exit);
        Assert.Contains("bad (run ", damaged.Output, StringComparison.Ordinal);
        Assert.Contains("all but 1", damaged.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_Store_IsUpToDate()
    {
        await WriteAsync("x", "[]");
        Assert.Contains("up to date", (await CliRun.OfAsync("store", "migrate", _folder.FullName)).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Move_ToAnotherStore_IsThere()
    {
        await WriteAsync("moved", """[{"type":"run-cancel-requested","at":1}]""");
        var target = Path.Combine(_folder.FullName, "target");
        var run = await CliRun.OfAsync("store", "move", _folder.FullName, target);
        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.Contains("Moved 1 runs with 1 events", run.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await CliRun.OfAsync("store", "verify", target)).Exit);
        Assert.Equal(2, (await CliRun.OfAsync("store", "move", Path.Combine(target, "none"), target)).Exit);
    }

    [Fact]
    public async Task Store_ThatIsNotThere_IsNotMade()
    {
        var folder = Path.Combine(_folder.FullName, "none");
        var run = await CliRun.OfAsync("store", "migrate", folder);
        Assert.Equal(2, run.Exit);
        Assert.False(Directory.Exists(folder));
    }

    private async Task WriteAsync(string id, string body)
    {
        await using var services = new ServiceCollection().AddLogging().AddMetrics()
            .AddSqliteStorage(o => o.Path = Path.Combine(_folder.FullName, "orchestration.db")).BuildServiceProvider();
        var key = new WorkflowKey(id);
        await services.GetRequiredService<IHistoryStore>().AppendAsync(new AppendRequest
        {
            Key = new StoreKey(key, new RunId(Guid.NewGuid())),
            ExpectedSequence = 0,
            TurnId = new TurnId(Guid.NewGuid(), 1),
            EventCount = 1,
            Format = 1,
            Body = System.Text.Encoding.UTF8.GetBytes(body),
            Header = new RunHeader("t", Shards.Of(key, Shards.Default), DateTimeOffset.UnixEpoch, null),
            Summary = new RunSummary(WorkflowStatus.Running, RunState.Parked, null),
        });
    }
}
