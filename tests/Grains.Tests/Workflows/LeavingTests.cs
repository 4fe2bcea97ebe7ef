using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Recovery;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Grains.Workflows.Idle;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>
/// Calls that wait, for the store, in an activation that leaves meanwhile: it knows of no run any more when they go on, and must
/// not take that for there being none. What is acknowledged then would be lost, since nobody repeats it.
/// </summary>
public sealed class LeavingTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly InMemoryHistoryStore _store = new();

    [Fact]
    public async Task Report_ToAnActivationThatLeavesMeanwhile_IsToBeRepeated()
    {
        var (store, holds) = HeldReads.Over(_store);
        await using var silo = await StartAsync(store);
        var run = await StartedAsync(silo);

        var reply = await WhileItLeavesAsync(silo, holds, grain => grain.ReportAsync(
            [new ActivityReport { Id = new AttemptId("r", run, 1, 1), Kind = ActivityReportKind.Completed }]));

        Assert.Equal([ReportReply.TryAgain], reply);
    }

    [Theory]
    [InlineData(RunCallKind.ChildOutcome)]
    [InlineData(RunCallKind.Terminate)]
    [InlineData(RunCallKind.Signal)]
    public async Task MessageOfAnotherRun_ToAnActivationThatLeavesMeanwhile_IsToBeRepeated(RunCallKind kind)
    {
        var (store, holds) = HeldReads.Over(_store);
        await using var silo = await StartAsync(store);
        var run = await StartedAsync(silo);

        var reply = await WhileItLeavesAsync(silo, holds, grain => grain.DeliverAsync(
            [new RunCall { Kind = kind, SourceKey = "s", SourceRun = Guid.NewGuid(), SourceCommand = 1, TargetRun = run }]));

        Assert.Equal(RunCallAnswer.TryAgain, Assert.Single(reply).Answer);
    }

    private Task<TestSilo> StartAsync(IHistoryStore store) => TestSilo.StartAsync(
        store,
        static options =>
        {
            TestHosting.All(options);
            options.AddWorkflow<Reactor>().MaximumIdleWorkflows = 1;
        },
        _clock,
        static services => services.AddSingleton(new World()));

    private static async Task<Guid> StartedAsync(TestSilo silo) =>
        (await silo.Client.GetWorkflow<Reactor>("r").StartAsync(1)).RunId.Value;

    private async Task<T> WhileItLeavesAsync<T>(TestSilo silo, HeldReads holds, Func<IWorkflowRunGrain, Task<T>> call)
    {
        // So long unconfirmed that it holds what it knows against the store.
        _clock.Advance(TimeSpan.FromSeconds(6));
        var hold = holds.Hold(nameof(IHistoryStore.ReadTailAsync));
        var reply = call(silo.Grains.GetGrain<IWorkflowRunGrain>("r"));
        await hold.Reached;
        var idle = silo.Services.GetRequiredService<IdleWorkflows>();
        for (var i = 0; i < 3; i++) idle.Add(new Other(), isClosed: false);
        var live = silo.Services.GetRequiredService<LiveRuns>();
        await Eventually.EventuallyAsync(() => !live.IsLive("r"), "the run has left memory");
        hold.Release();
        return await reply.WaitAsync(Eventually.Limit);
    }

    private sealed class Other : IIdleWorkflow
    {
        public bool TakeTouched() => false;

        public void Evict()
        {
            // It is in the queue to push others out.
        }
    }
}
