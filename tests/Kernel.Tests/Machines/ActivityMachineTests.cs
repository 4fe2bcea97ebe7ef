using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Machines;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Machines;

public class ActivityMachineTests
{
    private static readonly DateTimeOffset T0 = Harness.Epoch;
    private static readonly DateTimeOffset T1 = T0.AddSeconds(5);
    private readonly TestPlacement _placement = new("b");

    [Fact]
    public void New_Scheduled_IsWithItsHost()
    {
        var machine = Machine();
        Assert.Equal((ActivityState.WithHost, 1, "a"), (machine.State, machine.Attempt, machine.Host));
        var dispatch = machine.Dispatch();
        Assert.Equal((7L, 1, "a", "act", T0), (dispatch.Command, dispatch.Attempt, dispatch.Host, dispatch.ActivityType,
            dispatch.ScheduledAt));
    }

    [Fact]
    public void Report_Completed_Ends()
    {
        var machine = Machine();
        var result = Harness.Json(1);
        var e = Assert.IsType<ActivityCompleted>(machine.Report(1, new ActivityOutcome.Completed(result), false, T1, _placement));
        Assert.Equal((7L, 1, result, T1), (e.Command, e.Attempt, e.Result, e.At));
        Assert.Equal(ActivityState.WithHost, machine.State);
        machine.Apply(e, 3);
        Assert.Equal(ActivityState.Ended, machine.State);
        Assert.Null(machine.Report(1, new ActivityOutcome.Completed(result), false, T1, _placement));
        Assert.Null(machine.Cancel(false, T1, 9));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Report_OfAnotherAttempt_ChangesNothing(int attempt) =>
        Assert.Null(Machine().Report(attempt, new ActivityOutcome.Completed(Payload.Null), false, T1, _placement));

    [Fact]
    public void Report_Failed_BacksOffByThePolicy()
    {
        var machine = Machine();
        var delays = new List<double>();
        for (var attempt = 1; attempt <= 9; attempt++)
        {
            var e = Assert.IsType<ActivityRetryScheduled>(machine.Report(attempt, Failed(), false, T1, _placement));
            delays.Add((e.DueAt - e.At).TotalSeconds);
            Assert.Equal((attempt + 1, "b", "broken"), (e.Attempt, e.Host, e.LastFailure?.Message));
            machine.Apply(e, 3 + attempt);
            Assert.Equal(ActivityState.BackingOff, machine.State);
            machine.NoteDispatched();
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 100, 100], delays);
    }

    [Fact]
    public void Report_FailedInBackOff_CountsOnlyWhereItMayBeOut()
    {
        var machine = Machine();
        machine.Apply(machine.Report(1, Failed(), false, T1, _placement)!, 3);
        Assert.Null(machine.Report(2, Failed(), false, T1, _placement));
        Assert.NotNull(machine.Report(2, Failed(), true, T1, _placement));
    }

    [Fact]
    public void Report_FailedAtTheLimit_Ends()
    {
        var machine = Machine(retry: new RetryPolicy { MaximumAttempts = 2 });
        machine.Apply(machine.Report(1, Failed(), false, T1, _placement)!, 3);
        machine.NoteDispatched();
        var e = Assert.IsType<ActivityEnded>(machine.Report(2, Failed(), false, T1, _placement));
        Assert.Equal((2, "broken"), (e.Attempt, e.Failure.Message));
        var seen = machine.FailureOf(e);
        Assert.Equal((FailureKind.Activity, 2, "act", FailureKind.Application), (seen.Kind, seen.Attempts, seen.ActivityType,
            seen.Cause?.Kind));
    }

    [Fact]
    public void Report_FailedBeyondScheduleToClose_EndsAtOnce()
    {
        var machine = Machine(scheduleToClose: TimeSpan.FromSeconds(6));
        Assert.IsType<ActivityEnded>(machine.Report(1, Failed(), false, T1, _placement));
        Assert.IsType<ActivityRetryScheduled>(machine.Report(1, Failed(next: TimeSpan.FromMilliseconds(999)), false, T1,
            _placement));
    }

    [Fact]
    public void Report_Interrupted_IsRetriedAtOnceElsewhere()
    {
        var machine = Machine();
        var e = Assert.IsType<ActivityRetryScheduled>(machine.Report(1, new ActivityOutcome.Interrupted(), false, T1,
            _placement));
        Assert.Equal((2, T1, "b", FailureKind.Lost), (e.Attempt, e.DueAt, e.Host, e.LastFailure?.Kind));
        machine.Apply(e, 3);
        Assert.Equal(ActivityState.WithHost, machine.State);
    }

    [Fact]
    public void Lose_OnlyAttempt_EndsAsLostAndNeverRunsTwice()
    {
        var machine = Machine(retry: RetryPolicy.None);
        var e = Assert.IsType<ActivityEnded>(machine.LoseHost(false, T1, _placement));
        Assert.Equal(FailureKind.Lost, e.Failure.Kind);
    }

    [Fact]
    public void Lose_NeverRan_GoesOutAgainUnderTheSameNumber()
    {
        var machine = Machine(retry: RetryPolicy.None);
        var e = Assert.IsType<ActivityRetryScheduled>(machine.Lose(new LoseAttempt(7, 1, true, 2), false, T1, _placement));
        Assert.Equal((1, T1, "b"), (e.Attempt, e.DueAt, e.Host));
        machine.Apply(e, 3);
        Assert.Equal((ActivityState.WithHost, 1), (machine.State, machine.Attempt));
        Assert.Null(machine.Lose(new LoseAttempt(7, 1, true, 2), false, T1, _placement));
        Assert.NotNull(machine.Lose(new LoseAttempt(7, 1, true, 3), false, T1, _placement));
    }

    [Fact]
    public void Cancel_TryCancel_EndsAtOnce()
    {
        var machine = Machine();
        machine.Apply(Assert.IsType<ActivityCanceled>(machine.Cancel(false, T1, 9)), 3);
        Assert.Equal(ActivityState.Ended, machine.State);
        Assert.Null(machine.Report(1, new ActivityOutcome.Completed(Payload.Null), false, T1, _placement));
    }

    [Fact]
    public void Cancel_WaitForTheOutcome_TakesWhateverIsReported()
    {
        var machine = Machine(cancellation: ActivityCancellationType.WaitCancellationCompleted);
        machine.Apply(Assert.IsType<ActivityCancelRequested>(machine.Cancel(false, T1, 9)), 3);
        Assert.True(machine.CancelRequested);
        Assert.Null(machine.Cancel(false, T1, 9));
        Assert.IsType<ActivityCompleted>(machine.Report(1, new ActivityOutcome.Completed(Payload.Null), false, T1, _placement));
        Assert.IsType<ActivityEnded>(machine.Report(1, Failed(), false, T1, _placement));
        Assert.Equal(FailureKind.Canceled, Assert.IsType<ActivityEnded>(machine.LoseHost(false, T1, _placement)).Failure.Kind);
        Assert.Equal(FailureKind.Canceled, Assert.IsType<ActivityEnded>(
            machine.Report(1, new ActivityOutcome.Canceled(new FailureInfo { Kind = FailureKind.Application, Message = "x" }),
                false, T1, _placement)).Failure.Kind);
    }

    [Fact]
    public void Cancel_WaitButNothingIsOut_EndsAtOnce()
    {
        var fresh = Machine(cancellation: ActivityCancellationType.WaitCancellationCompleted);
        Assert.IsType<ActivityCanceled>(fresh.Cancel(false, T0, step: 1));

        var waiting = Machine(cancellation: ActivityCancellationType.WaitCancellationCompleted);
        waiting.Apply(waiting.Report(1, Failed(), false, T1, _placement)!, 3);
        Assert.IsType<ActivityCanceled>(waiting.Cancel(false, T1, 9));
        Assert.IsType<ActivityCancelRequested>(waiting.Cancel(true, T1, 9));
    }

    [Fact]
    public void Deadlines_OfItsOwn_FollowTheAttempt()
    {
        var machine = Machine(scheduleToClose: TimeSpan.FromMinutes(1), scheduleToStart: TimeSpan.FromSeconds(10));
        Assert.Equal(T0.AddMinutes(1), machine.ScheduleToCloseDeadline);
        Assert.Equal(T0.AddSeconds(10), machine.ScheduleToStartDeadline);
        Assert.False(machine.NoteStarted(2));
        Assert.True(machine.NoteStarted(1));
        Assert.False(machine.NoteStarted(1));
        Assert.Equal(DateTimeOffset.MaxValue, machine.ScheduleToStartDeadline);
        machine.Apply(machine.Report(1, Failed(), false, T1, _placement)!, 3);
        Assert.Equal(DateTimeOffset.MaxValue, machine.ScheduleToStartDeadline);
        machine.NoteDispatched();
        Assert.Equal(T1.AddSeconds(11), machine.ScheduleToStartDeadline);
        Assert.Equal(T0.AddMinutes(1), machine.ScheduleToCloseDeadline);
    }

    [Fact]
    public void TimeOut_AfterFailures_NamesTheLimitAndTheLastFailure()
    {
        var machine = Machine(scheduleToClose: TimeSpan.FromMinutes(1));
        machine.Apply(machine.Report(1, Failed(), false, T1, _placement)!, 3);
        var e = Assert.IsType<ActivityEnded>(machine.TimeOut(TimeoutKind.ScheduleToClose, T1));
        Assert.Equal((FailureKind.Timeout, TimeoutKind.ScheduleToClose, "broken"), (e.Failure.Kind, e.Failure.Timeout,
            e.Failure.Cause?.Message));
    }

    [Theory]
    [InlineData("Fatal", false, 0, false)]
    [InlineData("Broken", true, 0, false)]
    [InlineData("Broken", false, 0, true)]
    [InlineData(null, false, 0, true)]
    [InlineData("Broken", false, 250, true)]
    public void NextDelay_ByFailure_FollowsPolicyOrFailure(string? type, bool nonRetryable, int next, bool expected)
    {
        var policy = new RetryPolicy { NonRetryableErrorTypes = ["Fatal"] };
        var failure = new FailureInfo
        {
            Kind = FailureKind.Application, Message = "", Type = type, NonRetryable = nonRetryable,
            NextRetryDelay = next == 0 ? null : TimeSpan.FromMilliseconds(next),
        };
        Assert.Equal(expected ? TimeSpan.FromMilliseconds(next == 0 ? 1000 : next) : null, Retries.NextDelay(policy, failure, 1));
    }

    [Fact]
    public void NextDelay_HugePolicies_DoNotOverflow()
    {
        var failure = new FailureInfo { Kind = FailureKind.Application, Message = "" };
        var policy = new RetryPolicy
        {
            InitialInterval = TimeSpan.FromDays(100_000), BackoffCoefficient = 1e300,
            MaximumInterval = TimeSpan.MaxValue
        };
        Assert.True(Retries.NextDelay(policy, failure, 1_000_000) > TimeSpan.FromDays(1_000_000));
        Assert.Equal(TimeSpan.FromSeconds(100), Retries.NextDelay(RetryPolicy.Default, failure, int.MaxValue));
        Assert.Equal(TimeSpan.Zero, Retries.NextDelay(RetryPolicy.Default, failure with
        {
            NextRetryDelay = TimeSpan.FromSeconds(
            -1)
        }, 1));
    }

    private static ActivityOutcome.Failed Failed(TimeSpan? next = null) =>
        new(new FailureInfo { Kind = FailureKind.Application, Message = "broken", Type = "Broken", NextRetryDelay = next });

    private static ActivityMachine Machine(
        RetryPolicy? retry = null, TimeSpan? scheduleToClose = null, TimeSpan? scheduleToStart = null,
        ActivityCancellationType cancellation = ActivityCancellationType.TryCancel) => new(
        new ActivityScheduled
        {
            At = T0, Command = 7, ActivityType = "act", Arguments = [], Host = "a",
            Settings = new ActivitySettings
            {
                StartToClose = TimeSpan.FromMinutes(1), ScheduleToClose = scheduleToClose, ScheduleToStart = scheduleToStart,
                Retry = retry,
                Cancellation = cancellation,
            },
        },
        number: 2, step: 1);
}
