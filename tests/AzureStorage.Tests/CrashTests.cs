using System.Text;
using Orchestration.AzureStorage.Tests.Server;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage;
using Orchestration.Workflows;

namespace Orchestration.AzureStorage.Tests;

/// <summary>
/// A silo dies at its Nth request, for N = 1, 2, ... until nothing is left to die at: whatever was acknowledged is there for the
/// next one, which carries the rest on, and every turn stands once. Segments of a few blocks and a log that is flushed after each
/// of them put rolls, packs, tables and manifests among the requests.
/// </summary>
public sealed class CrashTests
{
    private const int Runs = 3;
    private const int Turns = 6;
    private const int MostRequests = 400;

    private static readonly DateTimeOffset T0 = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(AzureStorageForm.SharedLog, false)]
    [InlineData(AzureStorageForm.SharedLog, true)]
    [InlineData(AzureStorageForm.BlobPerRun, false)]
    [InlineData(AzureStorageForm.BlobPerRun, true)]
    public async Task Writes_SiloDiesAtItsNthRequest_TheNextOneGoesOn(AzureStorageForm form, bool isCarriedOut)
    {
        // Every request would take minutes; a stride that is coprime with the pattern of requests comes by each kind of them.
        var stride = Environment.GetEnvironmentVariable("ORCHESTRATION_LONG_TESTS") is null ? 7 : 1;
        for (var nth = 1; nth < MostRequests; nth += stride)
        {
            var faults = new FaultPolicy();
            faults.CrashAt(nth, isCarriedOut);
            await using var fixture = new AzureFixture(form, static options =>
            {
                options.SegmentBlocks = 4;
                options.FlushBytes = 300;
            });
            await fixture.OpenAsync();
            var work = new Work();
            var isDead = !await DieAsync(fixture, faults, work);
            await work.FinishAsync(fixture.History);
            await fixture.ReopenAsync();
            await work.CheckAsync(fixture.History, nth);
            if (!isDead) return;
        }

        Assert.Fail($"The work was not done after {MostRequests} requests.");
    }

    /// <summary>Works until the silo is dead. True: it lived to the end.</summary>
    private static async Task<bool> DieAsync(AzureFixture fixture, FaultPolicy faults, Work work)
    {
        var options = fixture.Options();
        (options.RetryLimit, options.RetryDelay) = (TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(5));
        options.ConfigureClient = client => client.AddPolicy(faults, Azure.Core.HttpPipelinePosition.PerRetry);
        AzureStorageStores? stores = null;
        try
        {
            stores = await AzureStorageStores.OpenAsync(options);
            await work.DoAsync(stores.History);
            return true;
        }
        catch (StoreUnavailable)
        {
            return false;
        }
        finally
        {
            if (stores is not null) await stores.DisposeAsync();
        }
    }

    /// <summary>A few runs, and how far each is known to have come.</summary>
    private sealed class Work
    {
        private readonly StoreKey[] _keys = [.. Enumerable.Range(0, Runs).Select(
            static i => new StoreKey(new WorkflowKey($"run-{i}"), new RunId(Guid.NewGuid())))];

        private readonly Guid _activation = Guid.NewGuid();
        private readonly int[] _acknowledged = new int[Runs];

        public async Task DoAsync(IHistoryStore store)
        {
            for (var turn = 1; turn <= Turns; turn++)
            {
                await Task.WhenAll(Enumerable.Range(0, Runs).Select(async run =>
                {
                    var result = await store.AppendAsync(Request(run, turn));
                    Assert.Equal(AppendOutcome.Appended, result.Outcome);
                    _acknowledged[run] = turn;
                }));
            }
        }

        /// <summary>The next silo: what was acknowledged is there, and the rest is repeated with the same turn ids.</summary>
        public async Task FinishAsync(IHistoryStore store)
        {
            for (var run = 0; run < Runs; run++)
            {
                var there = (await store.ReadAsync(_keys[run], 0, 1)).Batches.Count;
                Assert.InRange(there, _acknowledged[run], Turns);
                for (var turn = Math.Max(1, _acknowledged[run]); turn <= Turns; turn++)
                    Assert.Equal(AppendOutcome.Appended, (await store.AppendAsync(Request(run, turn))).Outcome);
            }
        }

        public async Task CheckAsync(IHistoryStore store, int nth)
        {
            foreach (var key in _keys)
            {
                var history = (await store.ReadAsync(key, 0, 1)).Batches;
                Assert.Equal(
                    Enumerable.Range(1, Turns).Select(static n => $"turn {n}"),
                    history.Select(static b => Encoding.UTF8.GetString(b.Body.Span)));
                Assert.Equal(RunState.Closed, (await store.FindAsync(key.Key))!.Summary.State);
            }

            var listed = await store.ListAsync(new ListQuery());
            Assert.True(listed.Runs.Count == Runs, $"{listed.Runs.Count} runs are listed after a crash at request {nth}.");
            for (var shard = 0; shard < Shards.Count; shard++)
            {
                if (!Array.Exists(_keys, key => Shards.Of(key.Key) == shard)) continue;
                Assert.Empty(await store.DueRunsAsync(new DueQuery(shard, RunState.Runnable, T0, 10)));
                Assert.Empty(await store.DueRunsAsync(new DueQuery(shard, RunState.Parked, DateTimeOffset.MaxValue, 10)));
            }
        }

        private AppendRequest Request(int run, int turn) => new()
        {
            Key = _keys[run], ExpectedSequence = turn - 1, TurnId = new TurnId(_activation, turn), EventCount = 1, Format = 1,
            Body = Encoding.UTF8.GetBytes($"turn {turn}"),
            Header = turn == 1 ? new RunHeader("work", Shards.Of(_keys[run].Key), T0, null) : null,
            Summary = turn switch
            {
                1 => new RunSummary(WorkflowStatus.Running, RunState.Runnable, null),
                3 => new RunSummary(WorkflowStatus.Running, RunState.Parked, T0.AddMinutes(1)),
                4 => new RunSummary(WorkflowStatus.Running, RunState.Runnable, T0.AddMinutes(2)),
                Turns => new RunSummary(WorkflowStatus.Completed, RunState.Closed, null, T0.AddMinutes(3)),
                _ => null,
            },
        };
    }
}
