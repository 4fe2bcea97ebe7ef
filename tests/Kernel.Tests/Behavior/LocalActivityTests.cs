using Orchestration.Grains.Kernel.Effects;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Behavior;

/// <summary>One local call between two that are not.</summary>
[Workflow("local-between")]
public sealed class LocalBetweenWorkflow : Workflow<TimeSpan, string>
{
    public override async Task<string> RunAsync(TimeSpan input)
    {
        var options = new ActivityOptions { StartToCloseTimeout = TimeSpan.FromMinutes(1) };
        var local = Context.ExecuteLocalActivityAsync<int>("rate", [], new()
        {
            StartToCloseTimeout = TimeSpan.FromMinutes(1), LocalRetryThreshold = input,
        });
        var other = Context.ExecuteActivityAsync<int>("stock", [], options);
        return $"{await local} {await other}";
    }
}

public class LocalActivityTests
{
    [Fact]
    public void LocalCall_UntilItsOutcome_HasANumberAndNoRecord()
    {
        var run = Harness.Of<LocalBetweenWorkflow>(TimeSpan.Zero);
        Assert.Equal(2, Assert.Single(run.History.OfType<ActivityScheduled>()).Command);
        var local = Assert.Single(run.Effects.OfType<DispatchActivity>(), static d => d.IsLocal);
        Assert.Equal((1L, "rate"), (local.Command, local.ActivityType));
        Assert.True(run.Run.IsRunnable);
        run.Complete(1, 7);
        Assert.Equal("rate", Assert.Single(run.History.OfType<ActivityCompleted>()).Local);
        run.Complete(2, 8);
        Assert.Equal("7 8", run.Result<string>());
        Prefixes.AssertEachResumes(run);
    }

    [Fact]
    public void LocalCall_RunRebuiltBeforeItsOutcome_BeginsAnewOnce()
    {
        var run = Harness.Of<LocalBetweenWorkflow>(TimeSpan.Zero);
        run.Complete(2, 8);
        run.Reload();
        Assert.True(run.Run.IsRunnable);
        Assert.Empty(run.Run.DispatchedAttempts()); // no host is asked about it
        var again = Assert.IsType<DispatchActivity>(Assert.Single(run.Advance(AdvanceTime.Instance).Effects));
        Assert.True(again.IsLocal);
        Assert.Empty(run.Advance(AdvanceTime.Instance).Effects);
    }

    [Fact]
    public void LocalCall_ShortBackOff_IsNotRecordedAndKeepsTheRunRunnable()
    {
        var run = Harness.Of<LocalBetweenWorkflow>(TimeSpan.FromSeconds(5));
        run.Complete(2, 8);
        Assert.Empty(run.Fail(1).Events);
        Assert.True(run.Run.IsRunnable);
        Assert.Equal(run.Now.AddSeconds(1), run.Run.NextWakeAt);
        Assert.Equal(2, Assert.IsType<DispatchActivity>(Assert.Single(run.Pass(TimeSpan.FromSeconds(1)).Effects)).Attempt);
        run.Complete(1, 7, attempt: 2);
        Assert.Equal("7 8", run.Result<string>());
    }

    [Fact]
    public void LocalCall_LongBackOff_IsADurableTimer()
    {
        var run = Harness.Of<LocalBetweenWorkflow>(TimeSpan.Zero);
        run.Complete(2, 8);
        Assert.Equal("rate", Assert.IsType<ActivityRetryScheduled>(Assert.Single(run.Fail(1).Events)).Local);
        Assert.False(run.Run.IsRunnable);
        run.Reload();
        Assert.Equal(run.Now.AddSeconds(1), run.Run.NextWakeAt);
        Assert.Equal(2, Assert.IsType<DispatchActivity>(Assert.Single(run.Pass(TimeSpan.FromSeconds(1)).Effects)).Attempt);
    }

    [Fact]
    public void LocalCall_SiloShutsDown_IsNeitherLostNorRecorded()
    {
        var run = Harness.Of<LocalBetweenWorkflow>(TimeSpan.Zero);
        Assert.Empty(run.Advance(new ReportActivity(1, 1, new ActivityOutcome.Interrupted())).Events);
        Assert.Empty(run.Advance(new LoseAttempt(1, 1, NeverRan: true)).Events);
        Assert.Empty(run.Advance(new LoseHost("")).Events);
    }

    [Fact]
    public void LocalCall_OutcomeOfAnotherName_StallsOnReplay()
    {
        var run = Harness.Of<LocalBetweenWorkflow>(TimeSpan.Zero);
        run.Complete(1, 7);
        run.History[^1] = (ActivityCompleted)run.History[^1] with { Local = "other" };
        var stall = run.Reload().Stall!;
        Assert.Equal(FaultCodes.Nondeterminism, stall.Code);
        Assert.Contains("'other'", stall.Expected, StringComparison.Ordinal);
        Assert.Contains("'rate'", stall.Actual, StringComparison.Ordinal);
    }
}
