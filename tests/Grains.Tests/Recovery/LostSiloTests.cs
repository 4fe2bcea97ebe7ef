using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestration.Client;
using Orchestration.Grains.Activities;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Placement;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;
using Orchestration.Workflows;
using Orleans.Runtime;

namespace Orchestration.Grains.Tests.Recovery;

/// <summary>What a silo does when its membership says that another one is gone.</summary>
public sealed class LostSiloTests
{
    private readonly InMemoryHistoryStore _store = new();
    private readonly ScriptedMembership _membership = new();
    private readonly World _world = new();
    private readonly ConcurrentQueue<(string Host, ActivityTask Task)> _afar = new();

    [Fact]
    public async Task LiveRun_ItsAttemptsSiloIsLost_IsRetriedAtOnce()
    {
        await using var silo = await StartBusyAsync();
        var run = silo.Client.GetWorkflow<Blocker>("afar");
        await run.StartAsync("afar");
        Assert.Equal((2, 1), await DispatchedAfarAsync(1));

        _membership.Set(3, SiloStatus.Active);
        _membership.Set(2, SiloStatus.Dead);
        Assert.Equal((3, 2), await DispatchedAfarAsync(2)); // the second attempt, on the other silo that is left
        _membership.Set(3, SiloStatus.Dead);
        _world.Block("here").SetResult("done"); // frees the slot
        _world.Block("afar").SetResult("third attempt");
        Assert.Equal("third attempt", await run.GetResultAsync());
        Assert.Equal([3], _world.Executions.Where(e => e.Activity == "Block").Select(e => e.Attempt).Except([1]));
    }

    [Fact]
    public async Task LiveRun_OnceOnlyAttemptsSiloIsLost_FailsAtOnceAndNeverRunsTwice()
    {
        await using var silo = await StartBusyAsync();
        var run = silo.Client.GetWorkflow<OnceOnly>("afar");
        await run.StartAsync("afar");
        await DispatchedAfarAsync(1);
        _membership.Set(2, SiloStatus.Dead);
        var failure = await Assert.ThrowsAsync<WorkflowFailed>(() => run.GetResultAsync());
        Assert.IsType<ActivityLost>(Assert.IsType<ActivityFailed>(failure.InnerException, exactMatch: false).InnerException);
        Assert.Single(_afar);
    }

    [Fact]
    public async Task EndedRun_IsNotKeptByTheSilosItHadAttemptsOn()
    {
        await using var silo = await StartBusyAsync();
        var watch = silo.Services.GetRequiredService<HostWatch>();
        var run = silo.Client.GetWorkflow<Blocker>("afar");
        await run.StartAsync("afar");
        await DispatchedAfarAsync(1);
        Assert.Equal(1, watch.CountOf(ScriptedMembership.Key(2)));
        await run.TerminateAsync("enough");
        Assert.Equal(0, watch.CountOf(ScriptedMembership.Key(2)));
    }

    [Fact]
    public async Task AnotherSiloOverTheSameStoreDies_ItsRunsGoOnHere()
    {
        await using var dying = await TestSilo.StartAsync(_store, TestHosting.All, services: s => s.AddSingleton(_world));
        var lost = dying.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        _membership.Set(lost, SiloStatus.Active);
        var (store, counts) = CountingStore.Over(_store);
        await using var silo = await StartAsync(store);

        // What it looks for at its start it has looked for: due, runnable and stalled runs of each shard.
        await Eventually.EventuallyAsync(
            () => counts.Of(nameof(IHistoryStore.DueRunsAsync)) >= 3 * Shards.Default, "recovery has started");
        for (var n = 0; n < 20; n++)
        {
            await dying.Client.GetWorkflow<Blocker>($"run{n}").StartAsync($"run{n}");
            await _world.StartOf($"run{n}").Task;
        }

        dying.Die();
        for (var n = 0; n < 20; n++) _world.Block($"run{n}").SetResult($"done {n}");
        _membership.Set(lost, SiloStatus.Dead);
        for (var n = 0; n < 20; n++)
        {
            var id = new WorkflowKey($"run{n}");
            await Eventually.EventuallyAsync(
                () => Task.FromResult(_store.FindAsync(id).AsTask().Result!.Summary.Status),
                static status => status == WorkflowStatus.Completed, $"{id} ends, with no client present");
            Assert.Equal($"done {n}", await silo.Client.GetWorkflow<Blocker>($"run{n}").GetResultAsync());
        }

        await dying.CrashAsync();
    }

    [Fact]
    public async Task AwaitedRun_WrittenByASiloThatWasGivenUpBefore_IsBroughtBackByWhoeverAwaitsIt()
    {
        var (store, counts) = CountingStore.Over(_store);
        await using var silo = await StartAsync(store);
        await Eventually.EventuallyAsync(
            () => counts.Of(nameof(IHistoryStore.DueRunsAsync)) >= 3 * Shards.Default, "recovery has started");

        // No member, as one that others have declared dead: nobody hears of its end any more.
        await using var givenUp = await TestSilo.StartAsync(_store, TestHosting.All, services: s => s.AddSingleton(_world));
        await givenUp.Client.GetWorkflow<Blocker>("late").StartAsync("late");
        await _world.StartOf("late").Task;
        givenUp.Die();

        _world.Block("late").SetResult("done");
        Assert.Equal("done", await silo.Client.GetWorkflow<Blocker>("late").GetResultAsync()
            .WaitAsync(Eventually.Limit));
        await givenUp.CrashAsync();
    }

    /// <summary>Waits for the Nth attempt that goes to another silo; which silo, and which attempt.</summary>
    private async Task<(int Silo, int Attempt)> DispatchedAfarAsync(int nth)
    {
        await Eventually.EventuallyAsync(() => _afar.Count >= nth, $"dispatch {nth} to another silo");
        var (host, task) = _afar.ElementAt(nth - 1);
        Assert.True(SiloKey.TryParse(host, out var silo));
        return (silo.Generation, task.Id.Attempt);
    }

    /// <summary>A silo of one slot, which is taken, beside another silo.</summary>
    private async Task<TestSilo> StartBusyAsync()
    {
        _membership.Set(2, SiloStatus.Active);
        var silo = await StartAsync(_store);
        await silo.Client.GetWorkflow<Blocker>("here").StartAsync("here");
        await _world.StartOf("here").Task;
        return silo;
    }

    private Task<TestSilo> StartAsync(IHistoryStore store) => TestSilo.StartAsync(
        store,
        static o =>
        {
            TestHosting.All(o);
            o.MaximumConcurrentActivities = 1;
        },
        services: services =>
        {
            services.AddSingleton(_world);

            // The engine alone believes it: the runtime's own placement would put grains there.
            services.AddSingleton(s => new ClusterView(
                s.GetRequiredService<ILocalSiloDetails>(), _membership, NullLogger<ClusterView>.Instance));
            services.AddSingleton<IActivityDispatcher>(
                s => new Way(s.GetRequiredService<ActivityDispatcher>(), s.GetRequiredService<ClusterView>(), _afar));
        },
        made: silo => _membership.Set(
            silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress, SiloStatus.Active));

    /// <summary>Other silos accept what comes, and are never heard of again.</summary>
    private sealed class Way(
        IActivityDispatcher inner, ClusterView cluster, ConcurrentQueue<(string Host,
            ActivityTask Task)> afar) : IActivityDispatcher
    {
        public ValueTask<DispatchReply[]> DispatchAsync(string host, ActivityTask[] tasks)
        {
            if (host == cluster.LocalKey) return inner.DispatchAsync(host, tasks);
            foreach (var task in tasks) afar.Enqueue((host, task));
            return ValueTask.FromResult(Array.ConvertAll(tasks, static _ => DispatchReply.Accepted));
        }

        public ValueTask CancelAsync(string host, AttemptCancellation[] attempts) =>
            host == cluster.LocalKey ? inner.CancelAsync(host, attempts) : ValueTask.CompletedTask;

        public ValueTask<AttemptInquiryReply[]> InquireAsync(string host, AttemptId[] attempts, long fence) =>
            host == cluster.LocalKey ? inner.InquireAsync(host, attempts, fence)
                : ValueTask.FromResult(Array.ConvertAll(attempts, static _ => new AttemptInquiryReply(AttemptState.Running,
                    null)));
    }
}
