using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.Effects;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Behavior;

public sealed record TripInput(bool Parallel = false, bool Bug = false, bool Nested = false, bool OwnFailure = false);

/// <summary>Books a hotel, a flight and a car, each with its compensation.</summary>
[Workflow("trip")]
public sealed class TripWorkflow : Workflow<TripInput, string>
{
    public override Task<string> RunAsync(TripInput input) =>
        Context.SagaAsync(saga => BookAsync(saga, input), new() { CompensatesInParallel = input.Parallel });

    private async Task<string> BookAsync(Saga saga, TripInput input)
    {
        await StepAsync(saga, "hotel");
        if (input.Nested) await saga.SagaAsync(inner => StepAsync(inner, "flight"));
        else await StepAsync(saga, "flight");
        if (input.Bug) throw new InvalidOperationException("a bug");
        if (input.OwnFailure) throw new ApplicationFailure("no wish to go", "Reluctance");
        await StepAsync(saga, "car");
        return "booked";
    }

    private async Task StepAsync(Saga saga, string what)
    {
        saga.Compensate(() => Context.ExecuteActivityAsync($"cancel-{what}", [], Options(2)), $"cancel {what}");
        await Context.ExecuteActivityAsync($"book-{what}", [], Options(1));
    }

    private static ActivityOptions Options(int attempts) =>
        new() { StartToCloseTimeout = TimeSpan.FromMinutes(1), Retry = new() { MaximumAttempts = attempts } };
}

/// <summary>Books two things at once; the one that is still under way when the other fails is not overtaken.</summary>
[Workflow("two-at-once")]
public sealed class TwoAtOnceWorkflow : Workflow<int, string>
{
    public override Task<string> RunAsync(int input) => Context.SagaAsync(async saga =>
    {
        saga.Compensate(() => Context.ExecuteActivityAsync("undo", [], Options));
        _ = StepsAsync();
        await Context.ExecuteActivityAsync("fails", [], Options);
        return "done";
    });

    private static ActivityOptions Options =>
        new() { StartToCloseTimeout = TimeSpan.FromMinutes(1), Retry = RetryPolicy.None };

    private async Task StepsAsync()
    {
        try
        {
            await Context.ExecuteActivityAsync("slow", [], Options);
        }
        catch (Canceled)
        {
            // Goes on regardless, and finds that the saga takes no further steps.
        }

        await Context.ExecuteActivityAsync("after", [], Options);
    }
}

public class SagaTests
{
    [Fact]
    public void Saga_EndsWell_LeavesNothingToUndo()
    {
        var run = Harness.Of<TripWorkflow>(new TripInput());
        Assert.IsType<CompensationRegistered>(run.History[1]);
        Assert.IsType<ActivityScheduled>(run.History[2]);
        Assert.Equal(CompensationState.Pending, Assert.Single(run.Run.Describe().Compensations).State);
        CompleteNext(run, 3);
        Assert.Equal("booked", run.Result<string>());
        Assert.Single(run.History.OfType<SagaCompleted>());
        Assert.DoesNotContain(run.History, static e => e is CompensationStarted);
        Prefixes.AssertEachResumes(run);
    }

    [Fact]
    public void Saga_StepFails_UndoesInReverseOrderThenFails()
    {
        var run = Harness.Of<TripWorkflow>(new TripInput());
        CompleteNext(run, 2);
        FailNext(run);
        Assert.Equal(
            [CompensationState.Pending, CompensationState.Pending, CompensationState.Running],
            run.Run.Describe().Compensations.Select(static c => c.State));
        var pending = Assert.Single(run.Run.Describe().Activities);
        Assert.Equal(("cancel-car", 5), (pending.ActivityType, pending.Compensates));
        CompleteNext(run, 3);
        Assert.Equal(["cancel-car", "cancel-flight", "cancel-hotel"], Scheduled(run).Skip(3));
        Assert.Equal("book-car", run.Failure().ActivityType);
        Assert.Equal(WorkflowStatus.Failed, run.Run.Status);
        Prefixes.AssertEachResumes(run);
    }

    [Fact]
    public void Saga_StepFailsInParallelMode_UndoesAllAtOnce()
    {
        var run = Harness.Of<TripWorkflow>(new TripInput(Parallel: true));
        CompleteNext(run, 2);
        FailNext(run);
        Assert.Equal(3, run.Run.Describe().Activities.Count);
        Assert.All(run.Run.Describe().Compensations, static c => Assert.Equal(CompensationState.Running, c.State));
        CompleteNext(run, 3);
        Assert.Equal(WorkflowStatus.Failed, run.Run.Status);
        Prefixes.AssertEachResumes(run);
    }

    [Fact]
    public void Saga_CompensationFails_RetriesThenGoesOnAndIsReported()
    {
        var run = Harness.Of<TripWorkflow>(new TripInput());
        CompleteNext(run, 1);
        FailNext(run);
        FailNext(run); // cancel-flight, attempt 1
        run.Pass(TimeSpan.FromSeconds(1));
        FailNext(run, attempt: 2);
        var failed = Assert.Single(run.Run.Describe().Compensations, static c => c.State == CompensationState.Failed);
        Assert.Equal("cancel flight", failed.Name);
        Assert.NotNull(failed.Failure);
        CompleteNext(run, 1); // cancel-hotel all the same
        var failure = run.Failure();
        Assert.Equal(FailureKind.Compensation, failure.Kind);
        Assert.Equal("book-flight", failure.Cause!.ActivityType);
        Assert.Equal("cancel flight", Assert.Single(failure.Compensations!).Type);
        var thrown = Assert.IsType<CompensationFailed>(RecordedFailures.ToException(failure));
        Assert.Equal("cancel flight", Assert.Single(thrown.Failures).Compensation);
        Assert.IsType<ActivityFailed>(thrown.InnerException);
        Prefixes.AssertEachResumes(run);
    }

    [Fact]
    public void Saga_RunCanceled_WaitsForTheStepThenUndoesBeyondTheCancellation()
    {
        var run = Harness.Of<TripWorkflow>(new TripInput());
        CompleteNext(run, 1);
        var turn = run.Advance(new RequestCancel("enough", null));
        Assert.IsType<CancelActivity>(Assert.Single(turn.Effects)); // the step is told, and nothing is undone before it has ended
        Assert.DoesNotContain(run.History, static e => e is CompensationStarted);
        var step = Assert.Single(run.Run.Describe().Activities);
        run.Advance(new ReportActivity(step.Command, 1,
            new ActivityOutcome.Canceled(new FailureInfo { Kind = FailureKind.Canceled, Message = "gave in" })));
        CompleteNext(run, 2);
        Assert.Equal(["cancel-flight", "cancel-hotel"], Scheduled(run).Skip(2));
        Assert.Equal(WorkflowStatus.Canceled, run.Run.Status);
        Prefixes.AssertEachResumes(run);
    }

    [Fact]
    public void Saga_CanceledWhileCompensating_CompensatesToTheEnd()
    {
        var run = Harness.Of<TripWorkflow>(new TripInput());
        CompleteNext(run, 2);
        FailNext(run);
        var turn = run.Advance(new RequestCancel("enough", null));
        Assert.Empty(turn.Effects);
        CompleteNext(run, 3);
        Assert.Equal(WorkflowStatus.Failed, run.Run.Status);
        Assert.Equal(3, run.History.OfType<CompensationEnded>().Count(static e => e.Failure is null));
        Prefixes.AssertEachResumes(run);
    }

    [Fact]
    public void Saga_CrashAfterEveryEvent_ResumesInItsMidst()
    {
        var whole = Harness.Of<TripWorkflow>(new TripInput());
        CompleteNext(whole, 2);
        FailNext(whole);
        CompleteNext(whole, 3);
        for (var cut = 1; cut < whole.History.Count; cut++)
        {
            var run = new Harness(typeof(TripWorkflow), whole.Settings);
            run.History.AddRange(whole.History.Take(cut));
            run.Reload();
            run.Advance(AdvanceTime.Instance);
            while (!run.Run.IsClosed)
            {
                var next = run.Run.Describe().Activities[0];
                if (next.ActivityType == "book-car") run.Fail(next.Command, nonRetryable: true);
                else run.Complete(next.Command);
            }

            Assert.Equal(Scheduled(whole), Scheduled(run));
            Assert.Equal(3, run.History.OfType<CompensationEnded>().Count());
        }
    }

    [Fact]
    public void Saga_InnerOneEndedWellAndOuterFails_UndoesBothInOrder()
    {
        var run = Harness.Of<TripWorkflow>(new TripInput(Nested: true));
        CompleteNext(run, 2);
        FailNext(run);
        CompleteNext(run, 3);
        Assert.Equal(["cancel-car", "cancel-flight", "cancel-hotel"], Scheduled(run).Skip(3));
        Prefixes.AssertEachResumes(run);
    }

    [Fact]
    public void Saga_InnerAndOuterEndWell_LeaveNothingToUndo()
    {
        var run = Harness.Of<TripWorkflow>(new TripInput(Nested: true));
        CompleteNext(run, 3);
        Assert.Equal([1, 3], run.History.OfType<SagaCompleted>().Select(static e => e.Saga));
    }

    [Fact]
    public void Saga_OwnFailureOfTheBody_IsUndoneAndSeen()
    {
        var run = Harness.Of<TripWorkflow>(new TripInput(OwnFailure: true));
        CompleteNext(run, 4);
        Assert.Equal("Reluctance", run.Failure().Type);
    }

    [Fact]
    public void Saga_MostLikelyABug_StallsAndUndoesNothing()
    {
        var run = Harness.Of<TripWorkflow>(new TripInput(Bug: true));
        CompleteNext(run, 2);
        Assert.Equal(FaultCodes.UnexpectedException, run.Run.Stall!.Code);
        Assert.DoesNotContain(run.History, static e => e is CompensationStarted);
    }

    [Fact]
    public void Saga_StepStillUnderWayWhenAnotherFails_IsNotOvertaken()
    {
        var run = Harness.Of<TwoAtOnceWorkflow>(0);
        var slow = run.Run.Describe().Activities[0];
        var turn = run.Fail(run.Run.Describe().Activities[1].Command);
        Assert.Equal(slow.Command, Assert.IsType<CancelActivity>(Assert.Single(turn.Effects)).Command);
        Assert.DoesNotContain(run.History, static e => e is CompensationStarted);
        run.Advance(new ReportActivity(slow.Command, 1,
            new ActivityOutcome.Canceled(new FailureInfo { Kind = FailureKind.Canceled, Message = "gave in" })));
        Assert.Equal("undo", Assert.Single(run.Run.Describe().Activities).ActivityType);
        CompleteNext(run, 1);
        Assert.Equal(["slow", "fails", "undo"], Scheduled(run)); // "after" was not begun
        Prefixes.AssertEachResumes(run);
    }

    [Fact]
    public void Saga_CompensationsOfOtherCodeOnReplay_Stall()
    {
        var run = Harness.Of<TripWorkflow>(new TripInput());
        CompleteNext(run, 2);
        FailNext(run);
        var at = run.History.FindIndex(static e => e is CompensationStarted);
        run.History[at] = (CompensationStarted)run.History[at] with { Command = 1 };
        Assert.Equal(FaultCodes.Nondeterminism, run.Reload().Stall!.Code);
    }

    private static IEnumerable<string> Scheduled(Harness run) =>
        run.History.OfType<ActivityScheduled>().Select(static e => e.ActivityType);

    private static void CompleteNext(Harness run, int count)
    {
        for (var i = 0; i < count; i++) run.Complete(run.Run.Describe().Activities[0].Command);
    }

    private static void FailNext(Harness run, int attempt = 1) =>
        run.Fail(run.Run.Describe().Activities[0].Command, attempt: attempt);
}
