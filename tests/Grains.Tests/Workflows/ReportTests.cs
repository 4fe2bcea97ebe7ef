using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>Reports of hosts that come again, since the first answer was lost or late.</summary>
public sealed class ReportTests
{
    [Fact]
    public async Task Report_ThatAnAttemptNeverRanTwice_SchedulesItAnewOnce()
    {
        var world = new World();
        await using var silo = await TestSilo.StartAsync(
            new InMemoryHistoryStore(), TestHosting.All, services: s => s.AddSingleton(world));
        var run = await silo.Client.GetWorkflow<Blocker>("b").StartAsync("b");
        await world.StartOf("b").Task;

        // It is dispatched anew under its number by the first one: the second one must not be taken for that attempt's.
        var report = new ActivityReport
        {
            Id = new AttemptId("b", run.RunId.Value, 1, 1), Kind = ActivityReportKind.NeverRan, AsOf = 2,
        };
        var grain = silo.Grains.GetGrain<IWorkflowRunGrain>("b");
        Assert.Equal([ReportReply.Acknowledged], await grain.ReportAsync([report]));
        Assert.Equal([ReportReply.Acknowledged], await grain.ReportAsync([report]));

        var history = await silo.Client.GetWorkflow("b").GetHistoryAsync().ToListAsync();
        Assert.Single(history, static e => e.Type == "activity-retry-scheduled");
        world.Block("b").SetResult("done");
    }
}
