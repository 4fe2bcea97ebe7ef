using System.Diagnostics;
using System.Text;
using Orchestration.AzureStorage.Tests.Server;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage;
using Orchestration.Workflows;
using Xunit.Abstractions;

namespace Orchestration.AzureStorage.Tests;

/// <summary>What recovery and parked runs cost in requests, by the shared log.</summary>
public sealed class RecoveryTests(ITestOutputHelper output)
{
    private const int Shard = 77;

    private static readonly DateTimeOffset T0 = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1 << 30)] // all of it is in the log still
    [InlineData(1 << 18)] // most of it is in packs and tables
    public async Task Recovery_TenThousandOpenRunsOfOneShard_TakesFewRequests(int flushBytes)
    {
        const int Runs = 10_000;
        await using var fixture = new AzureFixture(AzureStorageForm.SharedLog, options => options.FlushBytes = flushBytes);
        await fixture.OpenAsync();
        var keys = Enumerable.Range(0, Runs).Select(static i => Key($"run-{i}")).ToArray();
        await Task.WhenAll(keys.Select(key => fixture.History.AppendAsync(Start(key)).AsTask()));
        await Task.WhenAll(keys.Select(key => fixture.History.AppendAsync(Turn(key)).AsTask()));
        await fixture.ReopenAsync();

        // As a silo does that starts: all that is runnable, a page at a time, and the history of each.
        var (before, started) = (fixture.Stores.Requests, Stopwatch.GetTimestamp());
        var found = new List<DueRun>();
        while (true)
        {
            var page = await fixture.History.DueRunsAsync(
                new DueQuery(Shard, RunState.Runnable, T0, 500, found.Count == 0 ? null : found[^1]));
            found.AddRange(page);
            if (page.Count < 500) break;
        }

        Assert.Equal(Runs, found.DistinctBy(static run => run.Key).Count());
        await Parallel.ForEachAsync(found, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (run, token) =>
        {
            var record = (await fixture.History.FindAsync(run.Key, cancellationToken: token))!;
            var page = await fixture.History.ReadAsync(record.Key, record.Handle, 1, cancellationToken: token);
            Assert.Equal(2, page.Batches.Count);
        });

        output.WriteLine($"{Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s, {fixture.Stores.Requests - before} requests");

        // Reads ask whether the log has grown, many with one request; what they read they share.
        Assert.InRange(fixture.Stores.Requests - before, 1, Runs / 4);
    }

    [Fact]
    public async Task DueRunsAsync_ManyParkedRuns_CostNoRequestEach()
    {
        await using var fixture = new AzureFixture(AzureStorageForm.SharedLog, static options => options.FlushBytes = 1 << 16);
        await fixture.OpenAsync();
        var parked = new RunSummary(WorkflowStatus.Running, RunState.Parked, T0);
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(
            i => fixture.History.AppendAsync(Start(Key($"run-{i}"), parked)).AsTask()));
        await fixture.ReopenAsync();
        await fixture.History.FindAsync(new WorkflowKey("opens it"));
        var before = fixture.Stores.Requests;
        await Task.WhenAll(Enumerable.Range(0, Shards.Count).Select(shard => fixture.History.DueRunsAsync(
            new DueQuery(shard, RunState.Parked, T0.AddSeconds(-1), 500)).AsTask()));

        // A look of each shard that finds none of them due: the blocks of the index, and whether the log has grown.
        Assert.InRange(fixture.Stores.Requests - before, 0, 12);
    }

    private static StoreKey Key(string id) => new(new WorkflowKey(id), new RunId(Guid.NewGuid()));

    private static AppendRequest Start(StoreKey key, RunSummary? summary = null) => new()
    {
        Key = key, ExpectedSequence = 0, TurnId = new TurnId(Guid.NewGuid(), 1), EventCount = 1, Format = 1,
        Body = Encoding.UTF8.GetBytes(new string('x', 300)), Header = new RunHeader("orders", Shard, T0, null),
        Summary = summary ?? new RunSummary(WorkflowStatus.Running, RunState.Runnable, null),
    };

    private static AppendRequest Turn(StoreKey key) => new()
    {
        Key = key, ExpectedSequence = 1, TurnId = new TurnId(Guid.NewGuid(), 2), EventCount = 1, Format = 1,
        Body = Encoding.UTF8.GetBytes(new string('y', 300)),
    };
}
