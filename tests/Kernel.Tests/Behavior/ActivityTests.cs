using Orchestration.Grains.Kernel.Effects;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Behavior;

public sealed record CallInput(
    int MaximumAttempts = 0, int ScheduleToCloseSeconds = 0, int ScheduleToStartSeconds = 0,
    ActivityCancellationType Cancellation = ActivityCancellationType.TryCancel);

/// <summary>Calls one activity and says how that ended.</summary>
[Workflow("call")]
public sealed class CallWorkflow : Workflow<CallInput, string>
{
    public override async Task<string> RunAsync(CallInput input)
    {
        try
        {
            return "result " + await Context.ExecuteActivityAsync<int>("act", [1, null], new()
            {
                StartToCloseTimeout = TimeSpan.FromMinutes(1),
                ScheduleToCloseTimeout = input.ScheduleToCloseSeconds > 0
                    ? TimeSpan.FromSeconds(input.ScheduleToCloseSeconds) : null,
                ScheduleToStartTimeout = input.ScheduleToStartSeconds > 0
                    ? TimeSpan.FromSeconds(input.ScheduleToStartSeconds) : null,
                CancellationType = input.Cancellation,
                Retry = new() { MaximumAttempts = input.MaximumAttempts },
            });
        }
        catch (ActivityFailed e)
        {
            return $"failed {e.Attempts}: {e.InnerException?.GetType().Name} {e.InnerException?.Message} in {e.ActivityType}";
        }
        catch (Canceled e)
        {
            return $"canceled: {e.Message}";
        }
    }
}

public class ActivityTests
{
    [Fact]
    public void Failures_Retried_CountAttemptsAcrossReloads()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput(MaximumAttempts: 3));
        run.Fail(1);
        Assert.Equal(run.Now.AddSeconds(1), run.Run.NextWakeAt);
        Assert.False(run.Run.IsRunnable);
        run.Reload();
        Assert.Equal(run.Now.AddSeconds(1), run.Run.NextWakeAt);
        Assert.Empty(run.Pass(TimeSpan.FromMilliseconds(999)).Effects);
        var second = Assert.IsType<DispatchActivity>(Assert.Single(run.Pass(TimeSpan.FromMilliseconds(1)).Effects));
        Assert.Equal((2, Harness.Epoch), (second.Attempt, second.ScheduledAt));
        Assert.True(run.Run.IsRunnable);
        Assert.Empty(run.Fail(1).Events);
        run.Fail(1, attempt: 2);
        run.Reload();
        run.Pass(TimeSpan.FromSeconds(2));
        run.Fail(1, "the third", attempt: 3);
        Assert.Equal("failed 3: ApplicationFailure the third in act", run.Result<string>());
    }

    [Fact]
    public void Failure_NonRetryable_EndsAtTheFirst()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput());
        run.Fail(1, "no use", nonRetryable: true);
        Assert.Equal("failed 1: ApplicationFailure no use in act", run.Result<string>());
    }

    [Fact]
    public void Failure_WithNextDelay_IsRetriedThen()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput());
        run.Fail(1, next: TimeSpan.FromMinutes(5));
        Assert.Equal(run.Now.AddMinutes(5), run.Run.NextWakeAt);
    }

    [Fact]
    public void LoseHost_WithAttemptsLeft_RetriesAtOnceElsewhereInTheSameTurn()
    {
        var run = new Harness(typeof(CallWorkflow), Harness.SettingsFor(typeof(
            CallWorkflow)) with
        { Placement = new TestPlacement("a", "b") });
        run.Start(new CallInput());
        run.Placement.Alive.Remove("a");
        var turn = run.Advance(new LoseHost("a"));
        Assert.False(turn.MadeProgress);
        var e = Assert.IsType<ActivityRetryScheduled>(Assert.Single(turn.Events));
        Assert.Equal((2, e.At, "b"), (e.Attempt, e.DueAt, e.Host));
        Assert.Equal(("b", 2), Assert.IsType<DispatchActivity>(Assert.Single(turn.Effects)) is var d
            ? (d.Host, d.Attempt) : default);
        Assert.Empty(run.Advance(new LoseHost("a")).Events);
        Assert.Equal(2, Assert.Single(run.Reload().DispatchedAttempts()).Attempt);
        Assert.Empty(run.Complete(1, 5).Events);
        run.Complete(1, 6, attempt: 2);
        Assert.Equal("result 6", run.Result<string>());
    }

    [Fact]
    public void LoseHost_OnlyAttempt_FailsAsLost()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput(MaximumAttempts: 1));
        var turn = run.Advance(new LoseHost("silo-1"));
        Assert.DoesNotContain(turn.Effects, static e => e is DispatchActivity);
        Assert.StartsWith("failed 1: ActivityLost", run.Result<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void Retry_DueOnAHostThatIsGone_GetsANewHostInAnEventFirst()
    {
        var run = new Harness(typeof(CallWorkflow), Harness.SettingsFor(typeof(
            CallWorkflow)) with
        { Placement = new TestPlacement("a", "b") });
        run.Start(new CallInput(MaximumAttempts: 2));
        run.Fail(1);
        run.Placement.Alive.Remove("b");
        Assert.Empty(run.Advance(new LoseHost("b")).Events);
        var turn = run.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal((2, "a"), Assert.IsType<ActivityRetryScheduled>(Assert.Single(turn.Events)) is var e
            ? (e.Attempt, e.Host) : default);
        Assert.Equal((2, "a"), Assert.IsType<DispatchActivity>(Assert.Single(turn.Effects)) is var d
            ? (d.Attempt, d.Host) : default);
    }

    [Fact]
    public void Retry_MaybeOutBeforeTheReload_CountsAsLostWhereItsHostIsGone()
    {
        var run = new Harness(typeof(CallWorkflow), Harness.SettingsFor(typeof(
            CallWorkflow)) with
        { Placement = new TestPlacement("a", "b") });
        run.Start(new CallInput(MaximumAttempts: 2));
        run.Fail(1);
        run.Pass(TimeSpan.FromSeconds(1));
        run.Placement.Alive.Remove("b");
        run.Reload();
        run.Advance(AdvanceTime.Instance);
        Assert.StartsWith("failed 2: ActivityLost", run.Result<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void Retry_OutBeforeTheReload_GoesOutAgainAndItsReportCounts()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput());
        run.Fail(1);
        run.Pass(TimeSpan.FromSeconds(1));
        run.Reload();
        Assert.Equal(2, Assert.IsType<DispatchActivity>(Assert.Single(run.Advance(AdvanceTime.Instance).Effects)).Attempt);
        run.Reload();
        run.Advance(AdvanceTime.Instance);
        run.Complete(1, 3, attempt: 2);
        Assert.Equal("result 3", run.Result<string>());
    }

    [Fact]
    public void NeverRan_OnlyAttempt_GoesOutAgainOnce()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput(MaximumAttempts: 1));
        var asked = run.Run.HistoryLength;
        var turn = run.Advance(new LoseAttempt(1, 1, NeverRan: true, asked), new LoseAttempt(1, 1, NeverRan: true, asked));
        Assert.Equal(1, Assert.IsType<DispatchActivity>(Assert.Single(turn.Effects)).Attempt);
        run.Complete(1, 9);
        Assert.Equal("result 9", run.Result<string>());
    }

    [Fact]
    public void ScheduleToClose_Passed_EndsTheActivityAndTellsItsHost()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput(ScheduleToCloseSeconds: 10));
        Assert.Equal(run.Now.AddSeconds(10), run.Run.NextWakeAt);
        run.Fail(1);
        run.Pass(TimeSpan.FromSeconds(1));
        run.Reload();
        run.Advance(AdvanceTime.Instance);
        Assert.Equal(Harness.Epoch.AddSeconds(10), run.Run.NextWakeAt);
        var turn = run.Pass(TimeSpan.FromSeconds(9));
        Assert.Contains(new CancelActivity(1, 2, "silo-1", ActivityCancellationReason.NotWanted), turn.Effects);
        Assert.StartsWith("failed 2: TimedOut", run.Result<string>(), StringComparison.Ordinal);
        Assert.Empty(run.Complete(1, 1, attempt: 2).Events);
    }

    [Fact]
    public void ScheduleToClose_BeforeTheNextRetry_EndsWithTheFailureAtOnce()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput(ScheduleToCloseSeconds: 1));
        run.Fail(1, "as it was");
        Assert.Equal("failed 1: ApplicationFailure as it was in act", run.Result<string>());
    }

    [Fact]
    public void ScheduleToStart_NotStarted_IsNotRetried()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput(ScheduleToStartSeconds: 2));
        run.Pass(TimeSpan.FromSeconds(2));
        Assert.StartsWith("failed 1: TimedOut", run.Result<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void ScheduleToStart_Started_NoLongerApplies()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput(ScheduleToStartSeconds: 2));
        Assert.Equal(run.Now.AddSeconds(2), run.Run.NextWakeAt);
        Assert.Empty(run.Advance(new AttemptStarted(1, 2), new AttemptStarted(9, 1), new AttemptStarted(1, 1), new AttemptStarted(
            1, 1)).Events);
        Assert.Null(run.Run.NextWakeAt);
        Assert.Empty(run.Pass(TimeSpan.FromSeconds(2)).Events);
        Assert.Equal(Harness.Epoch.AddSeconds(2), run.Reload().NextWakeAt);
        run.Advance(new AttemptStarted(1, 1), AdvanceTime.Instance);
        run.Complete(1, 4);
        Assert.Equal("result 4", run.Result<string>());
    }

    [Fact]
    public void Timeout_ReportedByTheHost_IsRetried()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput(MaximumAttempts: 2));
        var failure = new FailureInfo { Kind = FailureKind.Timeout, Timeout = TimeoutKind.Heartbeat, Message = "silent" };
        run.Advance(new ReportActivity(1, 1, new ActivityOutcome.Failed(failure)));
        run.Pass(TimeSpan.FromSeconds(1));
        run.Advance(new ReportActivity(1, 2, new ActivityOutcome.Failed(failure)));
        Assert.Equal("failed 2: TimedOut silent in act", run.Result<string>());
    }

    [Fact]
    public void Reports_UnknownForeignAndRepeated_ChangeNothing()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput());
        Assert.Empty(run.Complete(99).Events);
        Assert.Empty(run.Complete(1, attempt: 2).Events);
        Assert.Empty(run.Advance(new LoseAttempt(99, 1, false), new LoseHost("nobody"), new AttemptStarted(99, 1)).Events);
        run.Advance(
            new ReportActivity(1, 1, new ActivityOutcome.Completed(Harness.Json(1))), new ReportActivity(1, 1,
                new ActivityOutcome.Completed(Harness.Json(2))));
        Assert.Equal("result 1", run.Result<string>());
        Assert.Empty(run.Complete(1, 3).Events);
    }

    [Theory]
    [InlineData(ActivityCancellationType.TryCancel, true)]
    [InlineData(ActivityCancellationType.Abandon, false)]
    public void Cancel_OfARunningAttempt_EndsTheCallAtOnce(ActivityCancellationType type, bool told)
    {
        var run = Harness.Of<CallWorkflow>(new CallInput(Cancellation: type));
        var turn = run.Advance(new RequestCancel("enough", null), new RequestCancel("again", null));
        Assert.Equal([typeof(RunCancelRequested), typeof(ActivityCanceled), typeof(RunCompleted)], turn.Events.Select(static e =>
            e.GetType()));
        Assert.Equal(told, turn.Effects.Contains(new CancelActivity(1, 1, "silo-1", ActivityCancellationReason.Requested)));
        Assert.Equal("canceled: Activity 'act' was cancelled.", run.Result<string>());
    }

    [Fact]
    public void Cancel_WaitingForCompletion_EndsWithTheReport()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput(Cancellation: ActivityCancellationType.WaitCancellationCompleted));
        var turn = run.Advance(new RequestCancel(null, null));
        Assert.IsType<ActivityCancelRequested>(turn.Events[1]);
        Assert.Equal(new CancelActivity(1, 1, "silo-1", ActivityCancellationReason.Requested), Assert.Single(turn.Effects));
        Assert.True(Assert.Single(run.Reload().Describe().Activities).CancelRequested);
        run.Advance(AdvanceTime.Instance);
        run.Advance(new ReportActivity(1, 1, new ActivityOutcome.Canceled(new FailureInfo
        {
            Kind = FailureKind.Canceled,
            Message = "stopped half-way"
        })));
        Assert.Equal("canceled: stopped half-way", run.Result<string>());
    }

    [Theory]
    [InlineData(ActivityCancellationType.TryCancel)]
    [InlineData(ActivityCancellationType.WaitCancellationCompleted)]
    [InlineData(ActivityCancellationType.Abandon)]
    public void Cancel_DuringBackOff_EndsAtOnceAndTellsNobody(ActivityCancellationType type)
    {
        var run = Harness.Of<CallWorkflow>(new CallInput(Cancellation: type));
        run.Fail(1);
        var turn = run.Advance(new RequestCancel(null, null));
        Assert.IsType<ActivityCanceled>(turn.Events[1]);
        Assert.DoesNotContain(turn.Effects, static e => e is CancelActivity);
        Assert.True(run.Run.IsClosed);
    }

    [Fact]
    public void Terminate_WithARunningAttempt_TellsItsHost()
    {
        var run = Harness.Of<CallWorkflow>(new CallInput());
        var turn = run.Advance(new Terminate("by hand", null), new Terminate("again", null));
        Assert.Equal("by hand", Assert.IsType<RunTerminated>(Assert.Single(turn.Events)).Reason);
        Assert.Equal([AnnounceClosed.Instance, new CancelActivity(1, 1, "silo-1", ActivityCancellationReason.NotWanted)],
            turn.Effects);
        Assert.Equal(WorkflowStatus.Terminated, run.Reload().Status);
        Assert.Null(run.Run.NextWakeAt);
    }
}
