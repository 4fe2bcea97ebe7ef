using Orchestration.Grains.Kernel.Effects;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Behavior;

/// <summary>Notes when it begins, sleeps for an hour, and ends with that time.</summary>
[Workflow("napper")]
public sealed class NapWorkflow : Workflow<string, DateTimeOffset>
{
    public static int Begun { get; set; }

    public override async Task<DateTimeOffset> RunAsync(string input)
    {
        Begun++;
        var began = Context.UtcNow;
        if (input == "activity")
            await Context.ExecuteActivityAsync("Work", [], new() { StartToCloseTimeout = TimeSpan.FromDays(9) });
        else await Context.DelayAsync(TimeSpan.FromHours(1));
        return began;
    }
}

public class StartLimitTests
{
    [Fact]
    public void RunTimeout_Passed_EndsTheRunAsTimedOutWithoutItsCode()
    {
        var run = StartNap("nap", s => s with { RunTimeout = TimeSpan.FromMinutes(10) });
        Assert.Equal(Harness.Epoch.AddMinutes(10), run.Run.NextWakeAt);
        Assert.Empty(run.Pass(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1)).Events);
        var turn = run.Pass(TimeSpan.FromMilliseconds(1));
        var end = Assert.IsType<RunTimedOut>(Assert.Single(turn.Events));
        Assert.Equal((FailureKind.Timeout, TimeoutKind.Run), (end.Failure.Kind, end.Failure.Timeout));
        Assert.Equal(WorkflowStatus.TimedOut, run.Run.Status);
        Assert.Null(run.Run.NextWakeAt);
        Assert.Contains(AnnounceClosed.Instance, turn.Effects);
        Assert.Equal(WorkflowStatus.TimedOut, run.Reload().Status);
    }

    [Fact]
    public void RunTimeout_WithAnAttemptUnderWay_CancelsIt()
    {
        var run = StartNap("activity", s => s with { RunTimeout = TimeSpan.FromMinutes(10) });
        var turn = run.Pass(TimeSpan.FromMinutes(10));
        Assert.Equal(ActivityCancellationReason.NotWanted, Assert.Single(turn.Effects.OfType<CancelActivity>()).Reason);
    }

    [Theory]
    [InlineData(5, 10, TimeoutKind.Execution)]
    [InlineData(10, 5, TimeoutKind.Run)]
    public void Timeouts_Both_TheEarlierOneEndsIt(int execution, int runMinutes, TimeoutKind kind)
    {
        var run = StartNap("nap", s => s with
        {
            RunTimeout = TimeSpan.FromMinutes(runMinutes),
            ExecutionTimeout = TimeSpan.FromMinutes(execution),
        });
        run.Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(kind, Assert.IsType<RunTimedOut>(run.Run.ClosingEvent).Failure.Timeout);
    }

    [Fact]
    public void ExecutionDeadline_CarriedFromAnEarlierRun_CountsFromThere()
    {
        var run = StartNap("nap", s => s with
        {
            ExecutionTimeout = TimeSpan.FromHours(9),
            ExecutionDeadline = Harness.Epoch.AddMinutes(1),
        });
        run.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(WorkflowStatus.TimedOut, run.Run.Status);
    }

    [Fact]
    public void RunTimeout_OfAStalledRun_EndsItToo()
    {
        var run = StartNap("nap", s => s with { RunTimeout = TimeSpan.FromMinutes(10) });
        run.Reload(Harness.SettingsFor());
        Assert.Equal(WorkflowStatus.Stalled, run.Run.Status);
        Assert.Equal(Harness.Epoch.AddMinutes(10), run.Run.NextWakeAt);
        Assert.Single(run.Pass(TimeSpan.FromMinutes(9)).Refused);
        run.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(WorkflowStatus.TimedOut, run.Run.Status);
    }

    [Fact]
    public void RunTimeout_TimerDueBefore_FiresFirst()
    {
        var run = StartNap("nap", s => s with { RunTimeout = TimeSpan.FromHours(2) });
        run.Pass(TimeSpan.FromHours(5)); // nobody was there meanwhile
        Assert.Equal(WorkflowStatus.Completed, run.Run.Status);
    }

    [Fact]
    public void StartDelay_UntilItsTime_RunsNoCodeAndSaysSo()
    {
        NapWorkflow.Begun = 0;
        var run = StartNap("nap", s => s with { StartDelay = TimeSpan.FromDays(1), RunTimeout = TimeSpan.FromHours(2) });
        Assert.Equal(0, NapWorkflow.Begun);
        Assert.False(run.Run.IsRunnable);
        Assert.Equal(Harness.Epoch.AddDays(1), run.Run.Describe().DelayedUntil);
        Assert.Equal(Harness.Epoch.AddDays(1), run.Run.NextWakeAt);

        run.Reload();
        Assert.Equal(0, NapWorkflow.Begun);
        Assert.Equal(Harness.Epoch.AddDays(1), run.Run.NextWakeAt);
        Assert.IsType<StartDelayEnded>(run.Pass(TimeSpan.FromDays(1)).Events[0]);
        Assert.Equal(1, NapWorkflow.Begun);
        Assert.Null(run.Run.Describe().DelayedUntil);

        // Time limits count from the first turn.
        run.Reload();
        run.Pass(TimeSpan.FromHours(1));
        Assert.Equal(Harness.Epoch.AddDays(1), run.Result<DateTimeOffset>());
    }

    [Fact]
    public void StartDelay_Signalled_IsKept()
    {
        NapWorkflow.Begun = 0;
        var run = StartNap("nap", s => s with { StartDelay = TimeSpan.FromDays(1) });
        run.Advance(new SignalRun("hurry", [], null, null));
        Assert.Equal(0, NapWorkflow.Begun);
        Assert.Equal(Harness.Epoch.AddDays(1), run.Run.NextWakeAt);
    }

    [Fact]
    public void StartDelay_EndedEarly_BeginsOnce()
    {
        NapWorkflow.Begun = 0;
        var run = StartNap("nap", s => s with { StartDelay = TimeSpan.FromDays(1) });
        run.Advance(new EndStartDelay(null), new EndStartDelay(null));
        Assert.Equal(1, NapWorkflow.Begun);
        Assert.Single(run.History.OfType<StartDelayEnded>());
        run.Reload();
        run.Pass(TimeSpan.FromHours(1));
        Assert.Equal(Harness.Epoch, run.Result<DateTimeOffset>());
    }

    [Fact]
    public void StartDelay_CancelRequested_TheCodeSeesItAtItsTime()
    {
        NapWorkflow.Begun = 0;
        var run = StartNap("nap", s => s with { StartDelay = TimeSpan.FromDays(1) });
        run.Advance(new RequestCancel("no longer", null));
        Assert.Equal(0, NapWorkflow.Begun);
        run.Pass(TimeSpan.FromDays(1));
        Assert.Equal(WorkflowStatus.Canceled, run.Run.Status);
    }

    [Fact]
    public void StartDelay_Terminated_NeverBegins()
    {
        NapWorkflow.Begun = 0;
        var run = StartNap("nap", s => s with { StartDelay = TimeSpan.FromDays(1) });
        run.Advance(new Terminate("no", null));
        run.Pass(TimeSpan.FromDays(2));
        Assert.Equal((0, WorkflowStatus.Terminated), (NapWorkflow.Begun, run.Run.Status));
    }

    [Fact]
    public void StartDelayEnded_OfARunWithoutDelay_IsACorruptHistory()
    {
        var run = StartNap("nap", static s => s);
        var history = run.History.Append(new StartDelayEnded { At = Harness.Epoch });
        var fault = Assert.Throws<EngineFault>(() => Grains.Kernel.WorkflowRun.Replay(run.Settings, history));
        Assert.Equal(FaultCodes.CorruptHistory, fault.Code);
    }

    private static Harness StartNap(string input, Func<StartRun, StartRun> change)
    {
        var run = new Harness(typeof(NapWorkflow));
        run.Advance(change(run.StartStimulus(input)));
        return run;
    }
}
