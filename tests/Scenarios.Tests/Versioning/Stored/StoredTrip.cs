using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Versioning.Stored;

/// <summary>Books a trip that cannot be had, and undoes it; runs of its are stored as its first form wrote them.</summary>
[Workflow("stored-trip")]
public sealed class StoredTrip : Workflow<string, string>
{
    public override Task<string> RunAsync(string input) => Context.SagaAsync<string>(async saga =>
    {
        saga.Compensate(() => Context.Effects().DoAsync("undo hotel"), "hotel");
        await Context.Effects().DoAsync("hotel");
        using var scope = Context.CreateScope();
        var timer = Context.DelayAsync(TimeSpan.FromDays(1), scope.Token);
        await Context.GetExternalWorkflow(input).SignalAsync("Approve");
        scope.Cancel();
        try
        {
            await timer;
        }
        catch (Canceled)
        {
            await Context.LocalActivities<IEffects>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) }).DoAsync("look");
        }

        await Context.Effects().FailAsync("no flight");
        return "never";
    });
}
