using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Behavior;

/// <summary>Code in the versions that a deployment may bring; all are the workflow type "versions".</summary>
public static class Versions
{
    private static readonly ActivityOptions Options = new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) };

    [Workflow("versions")]
    public sealed class First : Workflow<int, string>
    {
        public override async Task<string> RunAsync(int input)
        {
            var a = await Context.ExecuteActivityAsync<int>("reserve", [input], Options);
            await Context.DelayAsync(TimeSpan.FromSeconds(1));
            return $"{a}";
        }
    }

    [Workflow("versions")]
    public sealed class OtherName : Workflow<int, string>
    {
        public override async Task<string> RunAsync(int input) =>
            $"{await Context.ExecuteActivityAsync<int>("book", [input], Options)}";
    }

    [Workflow("versions")]
    public sealed class OtherKind : Workflow<int, string>
    {
        public override async Task<string> RunAsync(int input)
        {
            await Context.DelayAsync(TimeSpan.FromSeconds(1));
            return "";
        }
    }

    [Workflow("versions")]
    public sealed class Shorter : Workflow<int, string>
    {
        public override Task<string> RunAsync(int input) => Task.FromResult("short");
    }

    [Workflow("versions")]
    public sealed class WithoutTimer : Workflow<int, string>
    {
        public override async Task<string> RunAsync(int input)
        {
            var a = await Context.ExecuteActivityAsync<int>("reserve", [input], Options);
            await Context.WhenAsync(() => false);
            return $"{a}";
        }
    }

    [Workflow("versions")]
    public sealed class Buggy : Workflow<int, string>
    {
        public override async Task<string> RunAsync(int input)
        {
            await Context.ExecuteActivityAsync<int>("reserve", [input], Options);
            try
            {
                throw new InvalidCastException("a bug");
            }
            finally
            {
                await Task.CompletedTask;
            }
        }
    }

    [Workflow("versions")]
    public sealed class OtherInput : Workflow<DateTime, string>
    {
        public override Task<string> RunAsync(DateTime input) => Task.FromResult("");
    }

    [Workflow("versions")]
    public sealed class BadConstructor : Workflow<int, string>
    {
        public BadConstructor() => throw new InvalidCastException("made badly");

        public override Task<string> RunAsync(int input) => Task.FromResult("");
    }
}

public class StallTests
{
    [Theory]
    [InlineData(typeof(Versions.OtherName), "ActivityScheduled 1 'reserve'", "ActivityScheduled 1 'book'", 2)]
    [InlineData(typeof(Versions.OtherKind), "ActivityScheduled 1 'reserve'", "TimerStarted 1", 2)]
    [InlineData(typeof(Versions.Shorter), "ActivityScheduled 1 'reserve'", "RunCompleted", 2)]
    [InlineData(typeof(Versions.WithoutTimer), "TimerStarted 2", "nothing more at this point", 4)]
    public void Replay_CodeThatDoesNotFit_StallsWithExpectedAndActual(Type code, string expected, string actual, long number)
    {
        var run = Harness.Of<Versions.First>(1);
        run.Complete(1, 5);
        run.Reload(Harness.SettingsFor(code));
        Assert.Equal((FaultCodes.Nondeterminism, expected, actual, number), (run.Run.Stall!.Code, run.Run.Stall.Expected,
            run.Run.Stall.Actual, run.Run.Stall.EventNumber));
        Assert.Contains($"event {number} is {expected}", run.Run.Stall.Message, StringComparison.Ordinal);
        Assert.Equal(4, run.Run.HistoryLength);
        Assert.False(run.Run.IsRunnable);
        Assert.Null(run.Run.NextWakeAt);
        Assert.Empty(run.Pass(TimeSpan.FromSeconds(1)).Events);

        run.Reload();
        run.Advance(AdvanceTime.Instance);
        Assert.Equal("5", run.Result<string>());
    }

    [Fact]
    public void Advance_Stalled_RefusesAllButTerminate()
    {
        var run = Harness.Of<Versions.First>(1);
        run.Reload(Harness.SettingsFor(typeof(Versions.OtherKind)));
        var report = new ReportActivity(1, 1, new ActivityOutcome.Completed(Harness.Json(5)));
        var turn = run.Advance(report, AdvanceTime.Instance);
        Assert.Equal([report, AdvanceTime.Instance], turn.Refused);
        Assert.Empty(turn.Events);
        Assert.Equal(WorkflowStatus.Stalled, run.Run.Describe().Status);

        turn = run.Advance(report, new Terminate("give up", null), report);
        Assert.Equal(report, Assert.Single(turn.Refused));
        Assert.IsType<RunTerminated>(Assert.Single(turn.Events));
        Assert.Equal(WorkflowStatus.Terminated, run.Run.Status);
        Assert.Null(run.Run.Stall);
    }

    [Fact]
    public void Exception_OfABug_StallsAndGoesOnOnceMended()
    {
        var run = Harness.Of<Versions.Buggy>(1);
        var report = new ReportActivity(1, 1, new ActivityOutcome.Completed(Harness.Json(5)));
        var late = new RequestCancel("late", null);
        var turn = run.Advance(report, late);
        Assert.IsType<ActivityCompleted>(Assert.Single(turn.Events));
        Assert.Equal(late, Assert.Single(turn.Refused));
        Assert.Equal(FaultCodes.UnexpectedException, run.Run.Stall?.Code);
        Assert.Contains("InvalidCastException: a bug", run.Run.Stall?.Message, StringComparison.Ordinal);

        run.Now += TimeSpan.FromDays(3);
        run.Reload(Harness.SettingsFor(typeof(Versions.First)));
        Assert.True(run.Run.IsRunnable);
        Assert.Equal(3, run.Run.HistoryLength);
        turn = run.Advance(late);
        Assert.Equal(run.Now.AddSeconds(1), Assert.IsType<TimerStarted>(turn.Events[0]).DueAt);
        Assert.IsType<RunCancelRequested>(turn.Events[1]);
    }

    [Fact]
    public void Exception_AcceptedByFailsRun_FailsTheRun()
    {
        var settings = Harness.SettingsFor(typeof(Versions.Buggy)) with { FailsRun = static e => e is InvalidCastException };
        var run = Harness.Of<Versions.Buggy>(1, settings);
        run.Complete(1, 5);
        Assert.Equal((FailureKind.Application, typeof(InvalidCastException).FullName, "a bug"), (run.Failure().Kind,
            run.Failure().Type, run.Failure().Message));
        Assert.Equal(WorkflowStatus.Failed, run.Reload(settings).Status);
    }

    [Fact]
    public void Exception_OfAConstructor_Stalls() =>
        Assert.Contains("made badly", Harness.Of<Versions.BadConstructor>(1).Run.Stall?.Message, StringComparison.Ordinal);

    [Fact]
    public void Replay_TypeNotDeployed_Stalls()
    {
        var run = Harness.Of<Versions.First>(1);
        run.Reload(Harness.SettingsFor(typeof(CallWorkflow)));
        Assert.Equal(FaultCodes.UnknownWorkflowType, run.Run.Stall?.Code);
        Assert.Equal("versions", run.Run.Describe().WorkflowType);
        run.Advance(new Terminate(null, null));
        Assert.True(run.Run.IsClosed);
    }

    [Fact]
    public void Replay_InputOfAnotherType_Stalls()
    {
        var run = Harness.Of<Versions.First>(1);
        Assert.Equal(FaultCodes.UnreadableInput, run.Reload(Harness.SettingsFor(typeof(Versions.OtherInput))).Stall?.Code);
    }

    [Fact]
    public void Replay_ClosedRunWithOtherCode_IsClosedAllTheSame()
    {
        var run = Harness.Of<Versions.First>(1);
        run.Complete(1, 5);
        run.Pass(TimeSpan.FromSeconds(1));
        run.Reload(Harness.SettingsFor(typeof(Versions.OtherName)));
        Assert.Equal(WorkflowStatus.Completed, run.Run.Status);
        Assert.Equal("5", run.Result<string>());
        Assert.Equal(run.History.Count, run.Run.HistoryLength);
        Assert.Empty(run.Advance(AdvanceTime.Instance).Events);
    }

    [Fact]
    public void Start_UnknownTypeOrUnreadableInput_IsRefusedBeforeAnyEvent()
    {
        var unknown = new WorkflowRun(Harness.SettingsFor(typeof(CallWorkflow)));
        var start = new StartRun(Harness.Key, Harness.RunId, "nobody", Payload.Null, 1, null, null);
        Assert.Contains("Hosted: call", Assert.Throws<UnknownWorkflowType>(() =>
            unknown.Advance([start], Harness.Epoch)).Message, StringComparison.Ordinal);
        var run = new Harness(typeof(Versions.First));
        Assert.Throws<InvalidRequest>(() => run.Start("no number"));
        Assert.Equal(0, run.Run.HistoryLength);
        run.Start(1);
        Assert.Equal(2, run.Run.HistoryLength);
        Assert.Empty(run.Start(1).Events);
    }

    [Fact]
    public void History_AtItsLimit_StallsAndGoesOnUnderAHigherOne()
    {
        var settings = Harness.SettingsFor(typeof(RestlessWorkflow)) with { MaximumHistoryEvents = 20 };
        var run = Harness.Of<RestlessWorkflow>(100, settings);
        while (run.Run.Stall is null) run.Advance(AdvanceTime.Instance);
        Assert.Equal(FaultCodes.HistoryTooLarge, run.Run.Stall.Code);
        Assert.Equal(20, run.Run.HistoryLength);
        run.Reload(settings);
        Assert.Single(run.Advance(AdvanceTime.Instance).Refused);
        run.Reload(settings with { MaximumHistoryEvents = 50_000 });
        while (!run.Run.IsClosed) run.Advance(AdvanceTime.Instance);
        Assert.Equal(100, run.Result<int>());
    }

    [Fact]
    public void ForceStall_OpenRun_StallsIt()
    {
        var run = Harness.Of<Versions.First>(1);
        run.Run.ForceStall(new Stall(FaultCodes.PoisonRun, "three wakes"));
        Assert.Equal(WorkflowStatus.Stalled, run.Run.Status);
        Assert.Single(run.Complete(1, 5).Refused);
    }

    [Fact]
    public void Replay_CorruptHistories_AreNamedSo()
    {
        var run = Harness.Of<Versions.First>(1);
        run.Complete(1, 5);
        run.Pass(TimeSpan.FromSeconds(1));
        var h = run.History;
        AssertCorrupt([h[1], h[2]]);
        AssertCorrupt([h[0], h[0]]);
        AssertCorrupt([h[0], h[1], h[2], h[3], h[2]]);
        AssertCorrupt([h[0], h[1], new TimerFired { At = h[1].At, Command = 9 }]);
        AssertCorrupt([h[0], h[1], h[2] with { At = h[0].At.AddSeconds(-1) }]);
        AssertCorrupt([.. h, h[2]]);
        AssertCorrupt([h[0], null!]);
        Assert.Equal(0, WorkflowRun.Replay(run.Settings, []).HistoryLength);
        Assert.Equal(FaultCodes.StoreTooNew, Assert.Throws<EngineFault>(() =>
            WorkflowRun.Replay(run.Settings, [(RunStarted)h[0] with { Flags = 1 << 20 }])).Code);

        void AssertCorrupt(HistoryEvent[] history) =>
            Assert.Equal(FaultCodes.CorruptHistory, Assert.Throws<EngineFault>(() =>
                WorkflowRun.Replay(run.Settings, history)).Code);
    }
}
