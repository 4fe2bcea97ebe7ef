using System.Text;
using Azure.Storage.Blobs.Models;
using Orchestration.AzureStorage.Tests.Server;
using Orchestration.Cli;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage;
using Orchestration.Storage.Moving;
using Orchestration.Tests.Servers;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.AzureStorage.Tests;

/// <summary>
/// A point-in-time restore of the account, underneath silos or between two lives of them: no part of the data set becomes older
/// than the rest, or the data set is refused.
/// </summary>
public sealed class PointInTimeTests
{
    private const string Cluster = "one";

    private static readonly DateTimeOffset T0 = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly RunSummary Runnable = new(WorkflowStatus.Running, RunState.Runnable, null);
    private static readonly RunSummary Parked = new(WorkflowStatus.Running, RunState.Parked, T0.AddMinutes(7));
    private static readonly RunSummary Closed = new(WorkflowStatus.Completed, RunState.Closed, null, T0);

    private readonly Dictionary<string, StoreKey> _runs = [];

    [Theory]
    [InlineData(AzureStorageForm.BlobPerRun)]
    [InlineData(AzureStorageForm.SharedLog)] // without a flush since; those with one are refused (FlushTests)
    public async Task Restore_OfAnOpenStoreAndOfOneThatOpens_ChangesNothing(AzureStorageForm form)
    {
        await using var fixture = await AzureFixture.OpenNewAsync(form);
        await BeginAsync(fixture.Stores);
        var then = await PointInTime.TakeAsync(fixture.Client);
        var tag = await GoOnAsync(fixture.Stores);
        var before = await Contents.ReadAsync(fixture.Stores, Cluster);
        Assert.Empty(await then.RestoreAsync());
        Assert.Equal(before, await Contents.ReadAsync(fixture.Stores, Cluster));
        Assert.NotNull(await fixture.SmallState.WriteAsync("schedule", "small", tag, Bytes(10)));
        before = await Contents.ReadAsync(fixture.Stores, Cluster);
        await fixture.ReopenAsync();
        Assert.Equal(before, await Contents.ReadAsync(fixture.Stores, Cluster));
        Assert.Equal(AppendOutcome.InstanceExists, (await fixture.History.AppendAsync(Start("later", Runnable))).Outcome);
    }

    [Fact]
    public async Task Restore_ToBeforeTheDataSetWasMade_ChangesNothing()
    {
        await using var fixture = new AzureFixture(AzureStorageForm.BlobPerRun);
        var container = (await AzuriteServer.SharedAsync()).Container(fixture.Container);
        await container.CreateAsync();
        var then = await PointInTime.TakeAsync(container);
        await fixture.OpenAsync();
        await BeginAsync(fixture.Stores);
        await GoOnAsync(fixture.Stores);
        var before = await Contents.ReadAsync(fixture.Stores, Cluster);
        Assert.Empty(await then.RestoreAsync());
        await fixture.ReopenAsync();
        Assert.Equal(before, await Contents.ReadAsync(fixture.Stores, Cluster));
    }

    [Fact]
    public async Task Restore_ToBeforeASharedLogWasMade_IsRefusedAndNoneBegun()
    {
        await using var fixture = new AzureFixture(AzureStorageForm.SharedLog);
        var container = (await AzuriteServer.SharedAsync()).Container(fixture.Container);
        await container.CreateAsync();
        var then = await PointInTime.TakeAsync(container);
        await fixture.OpenAsync();
        await fixture.History.AppendAsync(Start("a", Runnable));
        await fixture.Stores.DisposeAsync();
        Assert.Contains("logs/00/manifest", await then.RestoreAsync());
        var names = await NamesAsync(fixture);
        var refused = await Opening.RefusedAsync(fixture.Options(), FaultCodes.StoreCorrupt);
        Assert.Contains("point-in-time", refused.Message, StringComparison.Ordinal);
        Assert.Equal(names, await NamesAsync(fixture));
    }

    [Theory]
    [InlineData(AzureStorageForm.BlobPerRun)]
    [InlineData(AzureStorageForm.SharedLog)]
    public async Task OpenAsync_DataSetOfTheFirstLayout_GoesOnInBlockBlobs(AzureStorageForm form)
    {
        await using var fixture = new AzureFixture(form);
        var container = (await AzuriteServer.SharedAsync()).Container(fixture.Container);
        await FirstLayout.MakeAsync(container, form);
        await fixture.OpenAsync();
        await BeginAsync(fixture.Stores);
        await GoOnAsync(fixture.Stores);
        var before = await Contents.ReadAsync(fixture.Stores, Cluster);
        await fixture.ReopenAsync();
        Assert.Equal(before, await Contents.ReadAsync(fixture.Stores, Cluster));
        await foreach (var item in container.GetBlobsAsync())
            Assert.Equal(
                item.Name.StartsWith("histories/", StringComparison.Ordinal)
                    || item.Name.Contains("/segments/", StringComparison.Ordinal) ? BlobType.Append : BlobType.Block,
                item.Properties.BlobType);
    }

    [Theory]
    [InlineData(AzureStorageForm.BlobPerRun)]
    [InlineData(AzureStorageForm.SharedLog)]
    public async Task OpenAsync_DataSetOfTheFirstLayout_SaysHowToMoveIt_AndMovedItIsLeftAlone(AzureStorageForm form)
    {
        await using var fixture = new AzureFixture(form);
        await FirstLayout.MakeAsync((await AzuriteServer.SharedAsync()).Container(fixture.Container), form);
        await fixture.OpenAsync();
        await BeginAsync(fixture.Stores);
        await GoOnAsync(fixture.Stores);
        using var lines = new LoggedWarnings();
        await using (await AzureStorageStores.OpenAsync(fixture.Options(), lines))
        {
            var warning = Assert.Single(lines.All);
            Assert.Contains("orchestration store move", warning, StringComparison.Ordinal);
            Assert.Contains("point-in-time restore", warning, StringComparison.Ordinal);
            Assert.Contains($"Container={fixture.Container}\"", warning, StringComparison.Ordinal);
            Assert.DoesNotContain("AccountKey", warning, StringComparison.Ordinal);
        }

        await using var moved = await AzureFixture.OpenNewAsync(AzureStorageForm.BlobPerRun);
        var then = await PointInTime.TakeAsync(moved.Client);
        await DataSetMover.MoveAsync(End(fixture.Stores), End(moved.Stores));
        Assert.Empty(await then.RestoreAsync());
        using var others = new LoggedWarnings();
        await using var again = await AzureStorageStores.OpenAsync(moved.Options(), others);
        Assert.Empty(others.All);
        Assert.NotNull(await again.History.FindAsync(new WorkflowKey("later")));
    }

    [Fact]
    public async Task Migrate_DataSetOfTheFirstLayout_SaysThatItIsNotAndWhatToDo()
    {
        await using var fixture = new AzureFixture(AzureStorageForm.BlobPerRun);
        var container = (await AzuriteServer.SharedAsync()).Container(fixture.Container);
        await FirstLayout.MakeAsync(container, AzureStorageForm.BlobPerRun);
        await fixture.OpenAsync();
        var older = await MigrateAsync(fixture);
        Assert.DoesNotContain("up to date", older, StringComparison.Ordinal);
        Assert.Contains("has layout 1", older, StringComparison.Ordinal);
        Assert.Contains($"orchestration store move \"azure:...;Container={fixture.Container}\"", older, StringComparison.Ordinal);
        Assert.DoesNotContain("AccountKey", older, StringComparison.Ordinal);
        Assert.Contains("\"isUpToDate\":false", await MigrateAsync(fixture, "--output", "json"), StringComparison.Ordinal);

        await using var newest = await AzureFixture.OpenNewAsync(AzureStorageForm.BlobPerRun);
        Assert.Contains("up to date", await MigrateAsync(newest), StringComparison.Ordinal);

        static async Task<string> MigrateAsync(AzureFixture fixture, params string[] more)
        {
            using var output = new StringWriter();
            var address = $"azure:{fixture.Options().ConnectionString};Container={fixture.Container}";
            Assert.Equal(0, await OrchestrationCommand.RunAsync(["store", "migrate", address, .. more], output, output));
            return output.ToString();
        }
    }

    [Fact]
    public async Task AppendAsync_HistoryOfItsInstanceIsMissing_IsRefusedAndNothingWritten()
    {
        await using var fixture = await AzureFixture.OpenNewAsync(AzureStorageForm.BlobPerRun);
        await fixture.History.AppendAsync(Start("a", Runnable));
        await fixture.History.AppendAsync(Start("b", Runnable));
        await fixture.Stores.DisposeAsync();
        var history = (await NamesAsync(fixture)).Single(
            name => name.StartsWith("histories/", StringComparison.Ordinal)
                && name.Contains(_runs["a"].RunId.ToString(), StringComparison.Ordinal)).Split(' ')[0];
        await fixture.Client.DeleteBlobAsync(history);
        await fixture.OpenAsync();
        var names = await NamesAsync(fixture);
        var found = await Assert.ThrowsAsync<EngineFault>(async () => await fixture.History.FindAsync(new WorkflowKey("a")));
        Assert.Contains("Undelete", found.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<EngineFault>(async () => await fixture.History.AppendAsync(Start("a", Runnable)));
        Assert.Equal(names, await NamesAsync(fixture));

        // Others are not touched, and recovery meets it.
        Assert.Equal(["b"], (await fixture.History.ListAsync(new ListQuery())).Runs.Select(static run => run.Key.Key.Id.Value));
        var due = await fixture.History.DueRunsAsync(
            new DueQuery(Shards.Of(new WorkflowKey("a"), Shards.Default), RunState.Runnable, T0, 10));
        Assert.Contains(due, static run => run.Key.Id.Value == "a");
    }

    [Fact]
    public async Task WriteAsync_LargeState_LeavesNothingBehindOnceItIsReplacedOrCleared()
    {
        await using var fixture = await AzureFixture.OpenNewAsync(AzureStorageForm.SharedLog);
        string? tag = null;
        foreach (var size in new[] { 7 << 20, 100, 50_000, 60_000 })
        {
            var before = tag;
            tag = await fixture.SmallState.WriteAsync("schedule", "s", before, Bytes(size));
            Assert.Null(await fixture.SmallState.WriteAsync("schedule", "s", before, Bytes(size)));
            Assert.Equal(Bytes(size).ToArray(), (await fixture.SmallState.ReadAsync("schedule", "s"))!.Data.ToArray());
            Assert.Equal(size > 4096 ? 1 : 0, await LargeAsync());
        }

        Assert.True(await fixture.SmallState.ClearAsync("schedule", "s", tag));
        Assert.Equal(0, await LargeAsync());

        async Task<int> LargeAsync() => (await NamesAsync(fixture)).Count(
            static name => name.StartsWith("contents/", StringComparison.Ordinal));
    }

    /// <summary>What there is at the moment that is gone back to.</summary>
    private async Task BeginAsync(AzureStorageStores stores)
    {
        await stores.History.AppendAsync(Start("parks", Runnable));
        await stores.History.AppendAsync(Start("wakes", Parked));
        await stores.History.AppendAsync(Start("purged", Closed));
        await stores.History.AppendAsync(Start("large", Runnable, 4 << 20));
        await stores.History.SaveHeartbeatAsync(_runs["parks"], 0, Beat(1, 10));
        await stores.Reminders.UpsertAsync(Reminder("removed"));
        await stores.Reminders.UpsertAsync(Reminder("changed"));
        await stores.SmallState.WriteAsync("schedule", "small", null, Bytes(100));
        await stores.SmallState.WriteAsync("schedule", "large", null, Bytes(20_000));
        Assert.True(await stores.Membership.InsertAsync(Cluster, Member("first"), 0));
    }

    /// <summary>What happens after it, to each kind of blob; the tag of a state that has been written since.</summary>
    private async Task<string> GoOnAsync(AzureStorageStores stores)
    {
        await stores.History.AppendAsync(Turn("parks", Parked));
        await stores.History.AppendAsync(Turn("wakes", Runnable));
        await stores.History.AppendAsync(Turn("large", null, 4 << 20));
        Assert.True(await stores.History.PurgeAsync(_runs["purged"]));
        await stores.History.AppendAsync(Start("later", Runnable));
        await stores.History.AppendAsync(Turn("later", Parked));
        await stores.History.SaveHeartbeatAsync(_runs["parks"], 0, Beat(1, 20_000));
        await stores.History.SaveHeartbeatAsync(_runs["wakes"], 0, Beat(2, 10));
        var removed = (await stores.Reminders.ReadAsync("grain/removed", "removed"))!;
        Assert.True(await stores.Reminders.RemoveAsync(removed.GrainId, removed.Name, removed.ETag));
        await stores.Reminders.UpsertAsync(Reminder("changed", TimeSpan.FromHours(3)));
        await stores.Reminders.UpsertAsync(Reminder("later"));
        var small = (await stores.SmallState.ReadAsync("schedule", "small"))!;
        var large = (await stores.SmallState.ReadAsync("schedule", "large"))!;
        var tag = await stores.SmallState.WriteAsync("schedule", "small", small.ETag, Bytes(30_000));
        await stores.SmallState.WriteAsync("schedule", "large", large.ETag, Bytes(3));
        await stores.SmallState.WriteAsync("schedule", "later", null, Bytes(9));
        var members = await stores.Membership.ReadAsync(Cluster);
        Assert.True(await stores.Membership.UpdateAsync(Cluster, members.Members[0] with { Status = 4 }, members.Version));
        Assert.True(await stores.Membership.InsertAsync(Cluster, Member("later"), members.Version + 1));
        await stores.Membership.BeatAsync(Cluster, "later", T0.AddHours(1));
        return tag!;
    }

    private static DataSetEnd End(AzureStorageStores stores) => new(
        stores.DataSet, "a store", stores.History, stores.SmallState, stores.Reminders, stores.Reader);

    private AppendRequest Start(string id, RunSummary summary, int bytes = 10)
    {
        var key = new StoreKey(new WorkflowKey(id), new RunId(Guid.NewGuid()));
        _runs.TryAdd(id, key);
        return new AppendRequest
        {
            Key = key, ExpectedSequence = 0, TurnId = new TurnId(Guid.NewGuid(), 1), EventCount = 1, Format = 1,
            Body = Bytes(bytes), Header = new RunHeader("orders", Shards.Of(key.Key, Shards.Default), T0, null),
            Summary = summary,
        };
    }

    private AppendRequest Turn(string id, RunSummary? summary, int bytes = 10) => new()
    {
        Key = _runs[id], ExpectedSequence = 1, TurnId = new TurnId(Guid.NewGuid(), 2), EventCount = 1, Format = 1,
        Body = Bytes(bytes), Summary = summary,
    };

    private static HeartbeatRecord Beat(int attempt, int bytes) => new(1, attempt, new Payload(Bytes(bytes)));

    private static ReminderRow Reminder(string name, TimeSpan? period = null) =>
        new($"grain/{name}", 77, name, T0, period ?? TimeSpan.FromMinutes(1), "");

    private static MemberRow Member(string silo) => new(silo, 3, T0, $"about {silo}");

    private static ReadOnlyMemory<byte> Bytes(int count) => Encoding.ASCII.GetBytes(new string('x', count - 1) + "y");

    private static async Task<List<string>> NamesAsync(AzureFixture fixture)
    {
        var names = new List<string>();
        await foreach (var item in fixture.Client.GetBlobsAsync()) names.Add($"{item.Name} {item.Properties.ContentLength}");
        return names;
    }
}
