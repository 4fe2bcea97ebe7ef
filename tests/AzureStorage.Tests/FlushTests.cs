using System.Text;
using Azure.Core;
using Azure.Storage.Blobs;
using Orchestration.AzureStorage.Tests.Server;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage;
using Orchestration.Storage.AzureStorage.Log;
using Orchestration.Workflows;

namespace Orchestration.AzureStorage.Tests;

/// <summary>Flushes of several silos, and what they leave.</summary>
public sealed class FlushTests
{
    [Fact]
    public async Task FlushAsync_AnotherSiloDiedRightAfterItsManifest_GoesOnFromThatManifest()
    {
        await using var fixture = new AzureFixture(AzureStorageForm.SharedLog);
        await fixture.OpenAsync();
        await fixture.History.AppendAsync(Start("a"));
        var (faults, isDead) = (new FaultPolicy(), false);
        faults.Decide = (_, request) =>
        {
            if (isDead) return RequestFault.Fail;
            isDead = request.Method == RequestMethod.Put && request.Uri.Path.EndsWith("/manifest", StringComparison.Ordinal);
            return RequestFault.None;
        };
        var options = fixture.Options();
        (options.RetryLimit, options.RetryDelay) = (TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(5));
        options.ConfigureClient = client => client.AddPolicy(faults, HttpPipelinePosition.PerRetry);
        await using (var dies = await AzureStorageStores.OpenAsync(options))
        {
            await dies.History.AppendAsync(Start("b"));
            await Assert.ThrowsAsync<StoreUnavailable>(async () => await ((SharedLogStore)dies.History).FlushAsync());
        }

        await fixture.History.AppendAsync(Start("c"));
        await ((SharedLogStore)fixture.History).FlushAsync();
        await fixture.ReopenAsync();
        var listed = await fixture.History.ListAsync(new ListQuery());
        Assert.Equal(["a", "b", "c"], listed.Runs.Select(static run => run.Key.Key.Id.Value).Order());
        foreach (var run in listed.Runs) Assert.Single((await fixture.History.ReadAsync(run.Key, 0, 1)).Batches);
    }

    [Fact]
    public async Task FlushAsync_AgainAndAgain_KeepsHistoriesInFewPlacesAndRemovesWhatIsOld()
    {
        const int Turns = 60;
        await using var fixture = new AzureFixture(AzureStorageForm.SharedLog, static options => options.SegmentBlocks = 4);
        await fixture.OpenAsync();
        var store = (SharedLogStore)fixture.History;
        var start = Start("long-lived");
        await store.AppendAsync(start);
        for (var n = 1; n <= Turns; n++)
        {
            Assert.Equal(AppendOutcome.Appended, (await store.AppendAsync(Turn(start.Key, n))).Outcome);
            await store.FlushAsync();
        }

        await fixture.ReopenAsync();
        var history = (await fixture.History.ReadAsync(start.Key, 0, 1)).Batches;
        Assert.Equal(Enumerable.Range(1, Turns + 1).Select(static n => (long)n), history.Select(static b => b.FirstSequence));
        var blobs = new List<string>();
        await foreach (var item in fixture.Client.GetBlobsAsync()) blobs.Add(item.Name);
        Assert.InRange(blobs.Count(static name => name.Contains("/packs/", StringComparison.Ordinal)), 1, 20);
        Assert.InRange(blobs.Count(static name => name.Contains("/tables/", StringComparison.Ordinal)), 1, 8);
        Assert.InRange(blobs.Count(static name => name.Contains("/segments/", StringComparison.Ordinal)), 1, 3);
    }

    [Fact]
    public async Task PurgeAsync_Flushed_LeavesNoPackBehind()
    {
        await using var fixture = new AzureFixture(AzureStorageForm.SharedLog);
        await fixture.OpenAsync();
        var store = (SharedLogStore)fixture.History;
        var closed = new RunSummary(WorkflowStatus.Completed, RunState.Closed, null, DateTimeOffset.UnixEpoch);
        var starts = Enumerable.Range(0, 10).Select(i => Start($"run-{i}", closed, i == 3 ? 2 << 20 : 100)).ToArray();
        foreach (var start in starts) await store.AppendAsync(start);
        await store.FlushAsync();
        foreach (var start in starts) Assert.True(await store.PurgeAsync(start.Key));
        await store.FlushAsync();
        Assert.Empty((await store.ListAsync(new ListQuery())).Runs);
        await foreach (var item in fixture.Client.GetBlobsAsync())
            Assert.DoesNotContain(item.Name.Split('/'), static part => part is "packs" or "bodies");
    }

    [Fact]
    public async Task ListAsync_LogOfAVersionWithoutListsOfEnds_FindsThemThroughTheStarts()
    {
        await using var fixture = new AzureFixture(AzureStorageForm.SharedLog, static options => options.FlushBytes = 2048);
        await fixture.OpenAsync();
        await fixture.History.ListAsync(new ListQuery()); // the first request makes the log
        var manifest = await ManifestAsync(fixture);
        Assert.Equal(2, (await ReadAsync(manifest))[0]);
        await manifest.UploadAsync(new BinaryData((byte[])[1, .. (await ReadAsync(manifest))[1..]]), overwrite: true);
        await fixture.ReopenAsync();
        for (var n = 0; n < 30; n++)
        {
            var closedAt = DateTimeOffset.UnixEpoch.AddSeconds(n * 7 % 30);
            await fixture.History.AppendAsync(Start(
                $"{n * 7 % 30}", new RunSummary(WorkflowStatus.Completed, RunState.Closed, null, closedAt)));
            if (n % 10 == 5) await ((SharedLogStore)fixture.History).FlushAsync();
        }

        Assert.Equal(1, (await ReadAsync(manifest))[0]); // tables without ends stay known as such
        var seen = new List<string>();
        var query = new ListQuery { ClosedBefore = DateTimeOffset.UnixEpoch.AddSeconds(25), PageSize = 7 };
        do
        {
            var page = await fixture.History.ListAsync(query);
            seen.AddRange(page.Runs.Select(static run => run.Key.Key.Id.Value));
            query = query with { Continuation = page.Continuation };
        }
        while (query.Continuation is not null);
        Assert.Equal(Enumerable.Range(0, 25).Select(static n => $"{24 - n}"), seen);
    }

    /// <summary>A point-in-time restore of an account brings back block blobs, and leaves append blobs as they are.</summary>
    [Fact]
    public async Task OlderManifestPutInPlace_OfAnOpenStoreAndOfOneThatOpens_IsRefusedAndNothingWritten()
    {
        await using var fixture = new AzureFixture(AzureStorageForm.SharedLog, static options => options.SegmentBlocks = 2);
        await fixture.OpenAsync();
        var store = (SharedLogStore)fixture.History;
        await store.AppendAsync(Start("a"));
        await store.FlushAsync();
        var manifest = await ManifestAsync(fixture);
        var older = await ReadAsync(manifest);
        for (var n = 0; n < 4; n++)
        {
            await store.AppendAsync(Start($"b{n}"));
            await store.FlushAsync();
        }

        var newest = await ReadAsync(manifest);
        await manifest.UploadAsync(new BinaryData(older), overwrite: true);
        await Assert.ThrowsAsync<StoreUnavailable>(() => store.FlushAsync()); // finds that it is not the one it knows
        var before = await NamesAsync(fixture);
        var failed = await Assert.ThrowsAsync<StoreUnavailable>(async () => await store.AppendAsync(Start("c")));
        Assert.Contains("older", failed.Message, StringComparison.Ordinal);
        var refused = await Opening.RefusedAsync(fixture.Options(), FaultCodes.StoreCorrupt);
        Assert.Contains("point-in-time", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await NamesAsync(fixture));

        await manifest.UploadAsync(new BinaryData(newest), overwrite: true);
        Assert.Equal(AppendOutcome.Appended, (await store.AppendAsync(Start("c"))).Outcome);
        await fixture.ReopenAsync();
        Assert.Equal(6, (await fixture.History.ListAsync(new ListQuery())).Runs.Count);
    }

    [Fact]
    public async Task OlderManifestPutInPlace_WithTheSegmentThatItNames_IsToldByTheLogItself()
    {
        await using var fixture = new AzureFixture(AzureStorageForm.SharedLog);
        await fixture.OpenAsync();
        await fixture.History.AppendAsync(Start("a"));
        await ((SharedLogStore)fixture.History).FlushAsync();
        var manifest = await ManifestAsync(fixture);
        var older = await ReadAsync(manifest);
        await fixture.History.AppendAsync(Start("b"));
        await ((SharedLogStore)fixture.History).FlushAsync();
        await fixture.Stores.DisposeAsync();
        await manifest.UploadAsync(new BinaryData(older), overwrite: true);
        var before = await NamesAsync(fixture);
        await fixture.OpenAsync();
        var refused = await Assert.ThrowsAnyAsync<EngineFault>(async () => await fixture.History.AppendAsync(Start("c")));
        Assert.Contains("point-in-time", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await NamesAsync(fixture));
    }

    [Fact]
    public async Task OpenAsync_ManifestDeleted_IsRefusedAndNoneMade()
    {
        await using var fixture = new AzureFixture(AzureStorageForm.SharedLog);
        await fixture.OpenAsync();
        await fixture.History.AppendAsync(Start("a"));
        await fixture.Stores.DisposeAsync();
        var manifest = await ManifestAsync(fixture);
        var content = await ReadAsync(manifest);
        await manifest.DeleteAsync();
        var refused = await Opening.RefusedAsync(fixture.Options(), FaultCodes.StoreCorrupt);
        Assert.Contains("Undelete", refused.Message, StringComparison.Ordinal);
        Assert.False((await manifest.ExistsAsync()).Value);
        await manifest.UploadAsync(new BinaryData(content));
        await fixture.OpenAsync();
        Assert.NotNull(await fixture.History.FindAsync(new WorkflowKey("a")));
    }

    [Fact]
    public async Task OpenAsync_ManifestOfANewerVersion_IsRefused()
    {
        await using var fixture = new AzureFixture(AzureStorageForm.SharedLog);
        await fixture.OpenAsync();
        await fixture.History.AppendAsync(Start("a"));
        await fixture.Stores.DisposeAsync();
        var manifest = await ManifestAsync(fixture);
        await manifest.UploadAsync(new BinaryData((byte[])[99, .. (await ReadAsync(manifest))[1..]]), overwrite: true);
        await Opening.RefusedAsync(fixture.Options(), FaultCodes.StoreTooNew);
    }

    private static async Task<List<string>> NamesAsync(AzureFixture fixture)
    {
        var names = new List<string>();
        await foreach (var item in fixture.Client.GetBlobsAsync()) names.Add($"{item.Name} {item.Properties.ContentLength}");
        return names;
    }

    private static async Task<BlobClient> ManifestAsync(AzureFixture fixture)
    {
        await foreach (var item in fixture.Client.GetBlobsAsync())
            if (item.Name.EndsWith("/manifest", StringComparison.Ordinal)) return fixture.Client.GetBlobClient(item.Name);
        throw new InvalidOperationException("There is no manifest.");
    }

    private static async Task<byte[]> ReadAsync(BlobClient blob) => (await blob.DownloadContentAsync()).Value.Content.ToArray();

    private static AppendRequest Start(string id, RunSummary? summary = null, int bytes = 10)
    {
        var key = new StoreKey(new WorkflowKey(id), new RunId(Guid.NewGuid()));
        return new AppendRequest
        {
            Key = key, ExpectedSequence = 0, TurnId = new TurnId(Guid.NewGuid(), 1), EventCount = 1, Format = 1,
            Body = new byte[bytes],
            Header = new RunHeader("orders", Shards.Of(key.Key, Shards.Default), DateTimeOffset.UnixEpoch, null),
            Summary = summary ?? new RunSummary(WorkflowStatus.Running, RunState.Runnable, null),
        };
    }

    private static AppendRequest Turn(StoreKey key, int sequence) => new()
    {
        Key = key, ExpectedSequence = sequence, TurnId = new TurnId(Guid.NewGuid(), sequence), EventCount = 1, Format = 1,
        Body = Encoding.UTF8.GetBytes($"turn {sequence}"),
    };
}
