using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>
/// A run whose code takes its silo down is set aside after three times; those that were merely there are not blamed, however
/// often the silo dies.
/// </summary>
public sealed class PoisonRunTests
{
    private readonly InMemoryHistoryStore _store = new();
    private readonly World _world = new();

    [Fact]
    public async Task RunThatKillsItsSilo_AfterThreeDeathsInItsCode_IsStalledAndCanBeTerminated()
    {
        var id = nameof(RunThatKillsItsSilo_AfterThreeDeathsInItsCode_IsStalledAndCanBeTerminated);
        await KillAsync(id, start: true);
        for (var death = 1; death <= 3; death++) await KillAsync(id, start: false);

        await using var last = await StartAsync();
        await Eventually.EventuallyAsync(() => StatusOf(id) == WorkflowStatus.Stalled, "the run is stalled");
        var description = await last.Client.GetWorkflow<SiloKiller>(id).DescribeAsync();
        Assert.Equal(FaultCodes.PoisonRun, description.Stall!.Code);
        Assert.Equal(4, SiloKiller.Kills[id].Count);
        await last.Client.GetWorkflow<SiloKiller>(id).TerminateAsync("poison");
        Assert.Equal(WorkflowStatus.Terminated, StatusOf(id));
    }

    [Fact]
    public async Task RunThatKillsItsSilo_AmongInnocents_AloneIsStalled()
    {
        const string Poison = "poison-among-innocents";
        string[] innocents = [.. Enumerable.Range(0, 40).Select(static i => $"innocent-{i}")];
        await using (var first = await StartAsync())
        {
            await Task.WhenAll(innocents.Select(id => first.Client.GetWorkflow<Blocker>(id).StartAsync(id)));
            await Task.WhenAll(innocents.Select(id => _world.StartOf(id).Task));
            await first.CrashAsync();
        }

        await KillAsync(Poison, start: true);
        for (var death = 1; death <= 3; death++) await KillAsync(Poison, start: false);
        foreach (var id in innocents) _world.Block(id).SetResult(id);

        await using var last = await StartAsync();
        await Eventually.EventuallyAsync(() => StatusOf(Poison) == WorkflowStatus.Stalled, "the guilty run is stalled");
        await Task.WhenAll(innocents.Select(async id =>
            Assert.Equal(id, await last.Client.GetWorkflow<Blocker>(id).GetResultAsync())));
    }

    [Fact]
    public async Task SiloKilledOverAndOver_RunsThatWait_AllEnd()
    {
        string[] runs = [.. Enumerable.Range(0, 30).Select(static i => $"waits-{i}")];
        var silo = await StartAsync();
        await Task.WhenAll(runs.Select(id => silo.Client.GetWorkflow<Blocker>(id).StartAsync(id)));
        var before = 0;
        for (var kill = 1; kill <= 10; kill++)
        {
            // At another point each time: with the first attempts out, or nearly all.
            var attempts = before + 1 + (kill * 7 % runs.Length);
            await Eventually.EventuallyAsync(() => _world.Executions.Count >= attempts, $"some attempts before kill {kill}");
            await silo.CrashAsync();
            await silo.DisposeAsync();
            before = _world.Executions.Count;
            silo = await StartAsync();
        }

        foreach (var id in runs) _world.Block(id).SetResult(id);
        await Task.WhenAll(runs.Select(async id =>
            Assert.Equal(id, await silo.Client.GetWorkflow<Blocker>(id).GetResultAsync())));
        foreach (var id in runs) Assert.Equal(0, (await FindAsync(id))!.Wakes);
        await silo.DisposeAsync();
    }

    [Fact]
    public async Task RunFoundAfterACrash_ThatWaitsAgain_LeavesNoCount()
    {
        var silo = await StartAsync();
        await silo.Client.GetWorkflow<Blocker>("waits").StartAsync("waits");
        await _world.StartOf("waits").Task;
        await silo.CrashAsync();

        await using var next = await StartAsync();
        await Eventually.EventuallyAsync(() => _world.Executions.Count == 2, "it is dispatched again");
        await Eventually.EventuallyAsync(() => WakesOf("waits") == 0, "what was counted before its code ran is taken back");
    }

    /// <summary>A silo comes up, runs the poisonous run's code and dies of it.</summary>
    private async Task KillAsync(string id, bool start)
    {
        var died = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        TestSilo? doomed = null;
        var kills = SiloKiller.Kills.GetOrAdd(id, static _ => []);
        var before = kills.Count;
        SiloKiller.Weapons[id] = () =>
        {
            doomed!.Die();
            kills.Add(0);
            died.TrySetResult();
        };
        await using (doomed = await StartAsync(d => doomed = d))
        {
            if (start) _ = doomed.Client.GetWorkflow<SiloKiller>(id).StartAsync(id);
            await died.Task.WaitAsync(Eventually.Limit);
            await doomed.CrashAsync();
        }

        Assert.Equal(before + 1, kills.Count);
    }

    private Task<TestSilo> StartAsync(Action<TestSilo>? made = null) => TestSilo.StartAsync(_store, o =>
        o.AddWorkflow<Blocker>().AddWorkflow<SiloKiller>().AddActivities<TestActivities>(),
        services: s => s.AddSingleton(_world),
        made: made);

    private async Task<Grains.Storage.RunRecord?> FindAsync(string id) => await _store.FindAsync(new WorkflowKey(id));

    private int WakesOf(string id) => FindAsync(id).GetAwaiter().GetResult()!.Wakes;

    private WorkflowStatus? StatusOf(string id) => FindAsync(id).GetAwaiter().GetResult()?.Summary.Status;
}

[Workflow("silo-killer")]
public sealed class SiloKiller : Workflow<string, string>
{
    public static ConcurrentDictionary<string, Action> Weapons { get; } = new();

    public static ConcurrentDictionary<string, ConcurrentBag<int>> Kills { get; } = new();

    public override async Task<string> RunAsync(string input)
    {
        var echoed = await Context.Activities<ITestActivities>(TestOptions.Quick).EchoAsync(input);
        Weapons[input]();
        return echoed;
    }
}
