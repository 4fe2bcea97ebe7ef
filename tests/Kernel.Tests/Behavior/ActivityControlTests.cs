using Orchestration.Grains.Kernel.Effects;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Behavior;

public class ActivityControlTests
{
    private int _requests;

    [Fact]
    public void Pause_InBackOff_HoldsTheAttemptAndTheClockAcrossReloads()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput(ScheduleToCloseSeconds: 10));
        run.Fail(1);
        run.Advance(new PauseActivity(1, "why", Next()));
        Assert.Null(run.Run.NextWakeAt);
        run.Reload();
        Assert.Empty(run.Pass(TimeSpan.FromHours(1)).Effects);
        Assert.Equal("why", Assert.Single(run.Run.Describe().Activities).PauseReason);
        run.Advance(new ResumeActivity(1, Next()));
        var again = Assert.Single(run.Pass(TimeSpan.Zero).Effects);
        Assert.Equal(2, Assert.IsType<DispatchActivity>(again).Attempt);
        Assert.Equal(run.Now.AddSeconds(10), run.Run.NextWakeAt);
        Prefixes.AssertEachResumes(run);
    }

    [Fact]
    public void Pause_AttemptUnderWay_LetsItEndAndBeginsNoOther()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput());
        run.Fail(1);
        run.Pass(TimeSpan.FromSeconds(1)); // attempt 2 goes out, which is not recorded
        run.Advance(new PauseActivity(1, null, Next()));
        run.Reload();
        Assert.Equal(2, Assert.Single(run.Run.DispatchedAttempts()).Attempt); // but that it was under way is
        run.Advance(new LoseAttempt(1, 2, NeverRan: false));
        Assert.Empty(run.Pass(TimeSpan.FromHours(1)).Effects);
        Assert.False(run.Run.IsRunnable);
        run.Advance(new ResumeActivity(1, Next()));
        Assert.Equal(3, Assert.IsType<DispatchActivity>(Assert.Single(run.Pass(TimeSpan.Zero).Effects)).Attempt);
    }

    [Fact]
    public void Pause_RequestRepeatedAfterAResumption_ChangesNothing()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput());
        var pause = new PauseActivity(1, null, Next());
        run.Advance(pause);
        run.Advance(new ResumeActivity(1, Next()));
        run.Reload();
        Assert.Empty(run.Advance(pause).Events);
        Assert.True(run.Run.HasTaken(pause.Request));
    }

    [Fact]
    public void Reset_InBackOff_IsDueAtOnceAndThePolicyCountsAnew()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput(MaximumAttempts: 2));
        run.Fail(1);
        run.Advance(new ResetActivity(1, ClearDetails: true, Next()));
        var dispatch = Assert.IsType<DispatchActivity>(Assert.Single(run.Pass(TimeSpan.Zero).Effects));
        Assert.Equal((2, 2), (dispatch.Attempt, dispatch.DetailsFrom));
        run.Fail(1, attempt: 2);
        Assert.Equal(2, Assert.Single(run.Run.Describe().Activities).AttemptsCounted); // the second that counts, the third in all
        run.Reload();
        run.Pass(TimeSpan.FromSeconds(1));
        run.Fail(1, "enough", attempt: 3);
        Assert.StartsWith("failed 3", run.Result<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void Change_OfLimits_HoldsAtOnce()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput(ScheduleToCloseSeconds: 10));
        run.Advance(new ChangeActivityOptions(1, new() { ScheduleToClose = TimeSpan.FromSeconds(30) }, Next()));
        run.Pass(TimeSpan.FromSeconds(29));
        Assert.False(run.Run.IsClosed);
        run.Reload();
        run.Pass(TimeSpan.FromSeconds(1));
        Assert.StartsWith("failed 1: TimedOut", run.Result<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void Outside_Completed_EndsOnceAndLateOnesChangeNothing()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput());
        run.Advance(new ReportActivity(1, 1, new ActivityOutcome.MovedOutside(TimeSpan.FromSeconds(3))));
        Assert.False(run.Run.IsRunnable);
        Assert.Empty(run.Advance(new LoseHost("silo-1")).Events); // it is outside, whatever becomes of its silo
        run.Reload();
        Assert.Empty(run.Run.DispatchedAttempts());
        var first = new EndOutside(1, 1, new ActivityOutcome.Completed(Harness.Json(7)), Next());
        var second = new EndOutside(1, 1, new ActivityOutcome.Completed(Harness.Json(8)), Next());
        run.Advance(first, second);
        Assert.Equal("result 7", run.Result<string>());
        Assert.True(run.Run.HasTaken(first.Request));
        Assert.False(run.Run.HasTaken(second.Request));
    }

    [Fact]
    public void Outside_QuickerThanTheHostsReport_IsTakenAndTheHostTold()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput());
        var turn = run.Advance(new EndOutside(1, 1, new ActivityOutcome.Completed(Harness.Json(7)), Next()));
        Assert.Equal(ActivityCancellationReason.NotWanted, turn.Effects.OfType<CancelActivity>().Single().Reason);
        Assert.Empty(run.Advance(new ReportActivity(1, 1, new ActivityOutcome.MovedOutside(TimeSpan.Zero))).Events);
    }

    [Fact]
    public void Outside_NobodyComes_IsRetriedWhenItsTimeIsUp()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput());
        run.Now += TimeSpan.FromSeconds(3);
        run.Advance(new ReportActivity(1, 1, new ActivityOutcome.MovedOutside(TimeSpan.FromSeconds(3))));
        run.Reload();
        Assert.Equal(Harness.Epoch.AddMinutes(1), run.Run.NextWakeAt); // counted from the attempt's start
        run.Pass(TimeSpan.FromSeconds(57));
        var retry = Assert.IsType<ActivityRetryScheduled>(run.History[^1]);
        Assert.Equal(TimeoutKind.StartToClose, retry.LastFailure!.Timeout);
    }

    [Fact]
    public void Losses_ThreeInARow_BackOffAndOthersDoNot()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput());
        Assert.True(Lose(run, 1) == run.Now && Lose(run, 2) == run.Now);
        Assert.Equal(run.Now.AddSeconds(1), Lose(run, 3));
        run.Reload();
        run.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(run.Now.AddSeconds(2), Lose(run, 4));
        run.Pass(TimeSpan.FromSeconds(2));
        run.Fail(1, attempt: 5); // a failure of its own breaks the row
        run.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(run.Now, Lose(run, 6));
    }

    [Fact]
    public void Interruptions_AnyNumber_AreRetriedAtOnce()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput());
        for (var attempt = 1; attempt < 6; attempt++)
            run.Advance(new ReportActivity(1, attempt, new ActivityOutcome.Interrupted()));
        Assert.All(run.History.OfType<ActivityRetryScheduled>(), static e => Assert.Equal(e.At, e.DueAt));
    }

    private static DateTimeOffset Lose(Harness run, int attempt) =>
        Assert.IsType<ActivityRetryScheduled>(
            Assert.Single(run.Advance(new LoseAttempt(1, attempt, NeverRan: false)).Events)).DueAt;

    private RequestId Next() => new(default, ++_requests);
}
