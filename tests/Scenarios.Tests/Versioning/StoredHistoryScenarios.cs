using System.Buffers;
using Orchestration.Client;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Scenarios.Tests.Versioning.Stored;
using Orchestration.Testing;
using Orchestration.Testing.Histories;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Versioning;

/// <summary>
/// Histories of older code, exported by the forms of the classes in the folder Stored that their names tell. They are never
/// written anew: what was committed once must fit the engine and the code for ever.
/// </summary>
public sealed class StoredHistoryScenarios
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Versioning", "Histories");

    private static readonly WorkflowReplayer Today = new(static o =>
        o.AddWorkflow<StoredOrder>().AddWorkflow<StoredShipment>().AddWorkflow<StoredTrip>());

    [Fact]
    public async Task StoredHistories_OfOlderCode_FitTheCodeOfToday()
    {
        var results = await Today.ReplayFolderAsync(Folder);
        Assert.Equal(10, results.Count);
        results.ShouldAllFit();
    }

    [Fact]
    public void StoredHistories_CutAfterEveryEvent_FitTheCodeOfToday()
    {
        var settings = new RunSettings
        {
            Workflows = new WorkflowCatalog([typeof(StoredOrder), typeof(StoredShipment), typeof(StoredTrip)]),
            Placement = new Nowhere(),
        };
        foreach (var path in Directory.GetFiles(Folder, "*.json"))
        {
            var events = HistoryFile.Read(path, File.ReadAllBytes(path)).Events;
            for (var cut = 1; cut <= events.Count; cut++)
            {
                var run = WorkflowRun.Replay(settings, events.Take(cut));
                Assert.True(run.Misfit is null, $"{Path.GetFileName(path)} cut after {cut}: {run.Misfit?.Message}");
                Assert.Equal(cut, run.HistoryLength);
            }
        }
    }

    [Fact]
    public async Task StoredHistory_CodeChangedWithoutAPatch_ShowsExpectedAndActual()
    {
        var changed = new WorkflowReplayer(static o => o.AddWorkflow<HastyOrder>());
        var result = await changed.ReplayFileAsync(Path.Combine(Folder, "order-first-completed.json"));
        Assert.Equal(ReplayOutcome.Differs, result.Outcome);
        Assert.Equal(("stored-order", "completed"), (result.WorkflowType, result.WorkflowId));
        Assert.True(result.EventNumber > 1);
        Assert.Contains("Effects.Do", result.Expected, StringComparison.Ordinal);
        Assert.Contains("timer", result.Actual, StringComparison.OrdinalIgnoreCase);
        var shown = Assert.Throws<ReplayFailed>(() => new[] { result }.ShouldAllFit()).Message;
        Assert.Contains(result.Expected!, shown, StringComparison.Ordinal);
        Assert.Contains(result.Actual!, shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("order-first-waiting", "insure, ship 1, ship 2, tell")] // past neither change
    [InlineData("order-second-waiting", "insure, ship 1, ship 2, tell")]
    [InlineData("order-first-sleeping", "ship 1, ship 2, tell")] // past the point where others insure
    [InlineData("order-second-sleeping", "ship 1, ship 2, tell")] // has insured
    public Task StoredHistory_OfAnOpenRun_GoesOnWithTheCodeOfToday(string file, string effectsToCome) =>
        Scenario.RunAsync(s =>
        {
            var effects = new Effects(s);
            s.Host(o =>
            {
                o.AddWorkflow<StoredOrder>().AddWorkflow<StoredShipment>().AddActivities(effects);
                o.Store = Holding(file, o);
            });
            s.Script(async () =>
            {
                var order = s.Env.Client.GetWorkflow<StoredOrder>("waiting");
                Assert.Equal(20, await order.UpdateAsync<int>("Reprice", [20]));
                if (file.EndsWith("waiting", StringComparison.Ordinal)) await order.SignalAsync("Approve");
                Assert.Equal("shipped for 20", await order.GetResultAsync());
                Assert.Equal(["reprice 20", .. effectsToCome.Split(", ")], effects.Done.OrderBy(Order));
            });
        });

    // The order of what is asked for at the same time is of no meaning here.
    private static int Order(string effect) => effect switch
    {
        "reprice 20" => 0,
        "insure" => 1,
        "ship 1" => 2,
        "ship 2" => 3,
        _ => 4,
    };

    /// <summary>A store as the silo of older code left it; the clock goes on from there.</summary>
    private static InMemoryHistoryStore Holding(string file, WorkflowTestOptions options)
    {
        var path = Path.Combine(Folder, $"{file}.json");
        var events = HistoryFile.Read(path, File.ReadAllBytes(path)).Events;
        var started = (RunStarted)events[0];
        options.Start = events[^1].At;
        var body = new ArrayBufferWriter<byte>();
        HistorySerializer.Write(events, body);
        var store = new InMemoryHistoryStore();
        var appended = store.AppendAsync(new AppendRequest
        {
            Key = new StoreKey(started.Key, started.RunId),
            ExpectedSequence = 0,
            TurnId = new TurnId(Guid.NewGuid(), 1),
            EventCount = events.Count,
            Format = HistorySerializer.Format,
            Body = body.WrittenMemory,
            Header = new RunHeader(started.WorkflowType, Shards.Of(started.Key, store.ShardCount), started.At, null),
            Summary = new RunSummary(WorkflowStatus.Running, RunState.Runnable, null),
        });
        Assert.Equal(AppendOutcome.Appended, appended.AsTask().GetAwaiter().GetResult().Outcome); // in memory: it is done
        return store;
    }

    /// <summary>The order, with a change that no patch guards.</summary>
    [Workflow("stored-order")]
    public sealed class HastyOrder : Workflow<StoredOrder.Order, string>
    {
        [Signal]
        public void Approve()
        {
        }

        [Update]
        public int Reprice(int price) => price;

        public override async Task<string> RunAsync(StoredOrder.Order input)
        {
            await Context.DelayAsync(TimeSpan.FromMinutes(1));
            return "";
        }
    }

    private sealed class Nowhere : IActivityPlacement
    {
        public string ChooseHost(string activityType) => "replay";

        public bool IsAlive(string host) => true;
    }
}
