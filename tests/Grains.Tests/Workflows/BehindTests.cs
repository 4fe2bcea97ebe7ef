using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>
/// An activation that is behind the store for a moment, since another one writes: what it is told of and knows nothing of it must
/// not acknowledge, as if nobody wanted it.
/// </summary>
public sealed class BehindTests
{
    private readonly InMemoryHistoryStore _store = new();
    private readonly World _world = new();

    [Fact]
    public async Task Report_OfAnAttemptThatOnlyTheStoreKnows_IsToBeRepeated()
    {
        await using var behind = await StartAsync();
        await using var other = await StartAsync();
        var run = await behind.Client.GetWorkflow<Reactor>("r").StartAsync(2);

        // The other activation goes on: an attempt of which the first one has never heard.
        await other.Client.GetWorkflow<Reactor>("r").SignalAsync("Act", ["first"]);
        await _world.StartOf("first").Task;

        var grain = behind.Grains.GetGrain<IWorkflowRunGrain>("r");
        var report = new ActivityReport { Id = new AttemptId("r", run.RunId.Value, 1, 1), Kind = ActivityReportKind.Completed };
        Assert.Equal([ReportReply.TryAgain], await grain.ReportAsync([report]));

        // It has read anew, and takes it.
        Assert.Equal([ReportReply.Acknowledged], await grain.ReportAsync([report]));
    }

    [Fact]
    public async Task ChildOutcomeAndReport_ForANewerRun_AreToBeRepeated()
    {
        await using var behind = await StartAsync();
        await using var other = await StartAsync();
        await behind.Client.GetWorkflow<Sequence>("r").ExecuteAsync(1);
        var newer = await other.Client.GetWorkflow<Reactor>("r").StartAsync(
            1, new StartOptions { IdReuse = WorkflowIdReusePolicy.AllowDuplicate });

        var grain = behind.Grains.GetGrain<IWorkflowRunGrain>("r");
        var outcome = new RunCall
        {
            Kind = RunCallKind.ChildOutcome, SourceKey = "c", SourceRun = Guid.NewGuid(), SourceCommand = 1,
            TargetRun = newer.RunId.Value,
        };
        Assert.Equal(RunCallAnswer.TryAgain, Assert.Single(await grain.DeliverAsync([outcome])).Answer);
    }

    [Fact]
    public async Task Report_ForANewerRun_IsToBeRepeated()
    {
        await using var behind = await StartAsync();
        await using var other = await StartAsync();
        await behind.Client.GetWorkflow<Sequence>("r").ExecuteAsync(1);
        var newer = await other.Client.GetWorkflow<Reactor>("r").StartAsync(
            1, new StartOptions { IdReuse = WorkflowIdReusePolicy.AllowDuplicate });

        var grain = behind.Grains.GetGrain<IWorkflowRunGrain>("r");
        var report = new ActivityReport { Id = new AttemptId("r", newer.RunId.Value, 1, 1), Kind = ActivityReportKind.Completed };
        Assert.Equal([ReportReply.TryAgain], await grain.ReportAsync([report]));
    }

    [Fact]
    public async Task Signal_ToAnIdThatWasStartedAgainElsewhere_ReachesTheNewRun()
    {
        await using var behind = await StartAsync();
        await using var other = await StartAsync();
        await behind.Client.GetWorkflow<Sequence>("r").ExecuteAsync(1);
        var newer = other.Client.GetWorkflow<Reactor>("r");
        await newer.StartAsync(1, new StartOptions { IdReuse = WorkflowIdReusePolicy.AllowDuplicate });

        await behind.Client.GetWorkflow<Reactor>("r").SignalAsync("Act", ["first"]);

        _world.Block("first").SetResult("first");
        var handle = behind.Client.GetWorkflow<Reactor>("r", newer.RunId);
        Assert.Equal("first", await handle.GetResultAsync().WaitAsync(Eventually.Limit));
    }

    [Fact]
    public async Task Terminate_OfAnIdThatWasStartedAgainElsewhere_EndsTheNewRun()
    {
        await using var behind = await StartAsync();
        await using var other = await StartAsync();
        await behind.Client.GetWorkflow<Sequence>("r").ExecuteAsync(1);
        var newer = other.Client.GetWorkflow<Reactor>("r");
        await newer.StartAsync(1, new StartOptions { IdReuse = WorkflowIdReusePolicy.AllowDuplicate });

        await behind.Client.GetWorkflow<Reactor>("r").TerminateAsync("enough");

        Assert.Equal(WorkflowStatus.Terminated, (await _store.FindAsync(new WorkflowKey("r")))!.Summary.Status);
    }

    private Task<TestSilo> StartAsync() => TestSilo.StartAsync(
        _store,
        static options =>
        {
            TestHosting.All(options);
            options.AddWorkflow<Reactor>();
        },
        services: s => s.AddSingleton(_world));
}
