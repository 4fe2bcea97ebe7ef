using Orchestration.Grains.Kernel.Effects;
using Orchestration.Grains.Kernel.History;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests;

public interface IShopActivities
{
    Task<int> ReserveAsync(string item, int count);

    [Activity("ship")]
    Task ShipAsync(string item, CancellationToken cancellationToken = default);
}

[Workflow("sequence")]
public sealed class SequenceWorkflow : Workflow<string, string>
{
    public override async Task<string> RunAsync(string input)
    {
        var shop = Context.Activities<IShopActivities>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
        var left = await shop.ReserveAsync(input, 2);
        await Context.DelayAsync(TimeSpan.FromHours(1));
        await shop.ShipAsync(input);
        return $"{input}:{left}";
    }
}

public class WorkflowRunTests
{
    [Fact]
    public void Advance_SequenceOfActivitiesAndTimer_CompletesAndReplaysAtEveryStep()
    {
        var run = Harness.Of<SequenceWorkflow>("tea");
        var dispatch = Assert.IsType<DispatchActivity>(Assert.Single(run.Effects));
        Assert.Equal(("ShopActivities.Reserve", 1, "silo-1"), (dispatch.ActivityType, dispatch.Attempt, dispatch.Host));
        Assert.Equal(["\"tea\"", "2"], dispatch.Arguments.Select(static a => a.ToString()));
        Assert.True(run.Run.IsRunnable);

        run.Reload();
        run.Complete(1, 5);
        Assert.False(run.Run.IsRunnable);
        Assert.Equal(Harness.Epoch.AddHours(1), run.Run.NextWakeAt);

        run.Reload();
        run.Pass(TimeSpan.FromHours(1));
        Assert.Equal("ship", Assert.Single(run.Run.DispatchedAttempts()).ActivityType);

        run.Reload();
        run.Complete(3);
        Assert.Equal("tea:5", run.Result<string>());
        Assert.IsType<AnnounceClosed>(run.Effects[^1]);
        Assert.Equal(
            [typeof(RunStarted), typeof(ActivityScheduled), typeof(ActivityCompleted), typeof(TimerStarted), typeof(TimerFired),
                typeof(ActivityScheduled), typeof(ActivityCompleted), typeof(RunCompleted)],
            run.History.Select(static e => e.GetType()));
        Assert.Equal(8, run.Run.HistoryLength);
    }
}
