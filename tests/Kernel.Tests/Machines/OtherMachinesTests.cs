using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Machines;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Machines;

public class OtherMachinesTests
{
    private static readonly DateTimeOffset T0 = Harness.Epoch;

    [Fact]
    public void Timer_Due_FiresOnce()
    {
        var timer = new TimerMachine(new TimerStarted { At = T0, Command = 1, DueAt = T0.AddSeconds(1) });
        Assert.Null(timer.Fire(T0.AddMilliseconds(999)));
        timer.Apply(Assert.IsType<TimerFired>(timer.Fire(T0.AddSeconds(1))));
        Assert.Equal(TimerState.Fired, timer.State);
        Assert.Null(timer.Fire(T0.AddSeconds(2)));
        Assert.Null(timer.Cancel(T0.AddSeconds(2)));
    }

    [Fact]
    public void Timer_Canceled_NeverFires()
    {
        var timer = new TimerMachine(new TimerStarted { At = T0, Command = 1, DueAt = T0.AddSeconds(1) });
        timer.Apply(Assert.IsType<TimerCanceled>(timer.Cancel(T0)));
        Assert.Equal(TimerState.Canceled, timer.State);
        Assert.Null(timer.Fire(T0.AddSeconds(2)));
        Assert.Null(timer.Cancel(T0));
    }

    [Fact]
    public void Timer_Never_DoesNotFire() =>
        Assert.Null(new TimerMachine(new TimerStarted { At = T0, Command = 1, DueAt = DateTimeOffset.MaxValue }).Fire(
            DateTimeOffset.MaxValue));

    [Fact]
    public void Timer_ForeignEvent_Throws()
    {
        var timer = new TimerMachine(new TimerStarted { At = T0, Command = 1, DueAt = T0 });
        Assert.Throws<InvalidOperationException>(() => timer.Apply(new RunTerminated { At = T0 }));
    }

    [Fact]
    public void Cancellation_AskedTwice_IsRecordedOnce()
    {
        var cancellation = new CancellationMachine();
        cancellation.Apply(Assert.IsType<RunCancelRequested>(cancellation.Request(new RequestCancel("why", null), T0)));
        Assert.True(cancellation.IsRequested);
        Assert.Equal("why", cancellation.Reason);
        Assert.Null(cancellation.Request(new RequestCancel("again", null), T0));
    }

    [Fact]
    public void Run_StartedAndEnded_TakesNeitherTwice()
    {
        var run = new RunMachine();
        var start = new StartRun(Harness.Key, Harness.RunId, "w", Payload.Null, 5, new RequestId(Guid.Empty, 3), "trace");
        Assert.Null(run.Terminate(new Terminate(null, null), T0));
        var started = Assert.IsType<RunStarted>(run.Start(start, 1, EngineBehaviors.None, ContinueHint.Default, T0));
        Assert.Equal((5L, "trace", 3L), (started.Seed, started.TraceParent, started.Request?.Number));
        run.Apply(started);
        Assert.True(run.IsOpen);
        Assert.Null(run.Start(start, 1, EngineBehaviors.None, ContinueHint.Default, T0));
        run.Apply(Assert.IsType<RunTerminated>(run.Terminate(new Terminate("stop", null), T0)));
        Assert.Equal(WorkflowStatus.Terminated, run.Status);
        Assert.Null(run.Terminate(new Terminate("stop", null), T0));
        Assert.Throws<InvalidOperationException>(() => run.Apply(new RunCompleted { At = T0, Result = Payload.Null }));
    }
}
