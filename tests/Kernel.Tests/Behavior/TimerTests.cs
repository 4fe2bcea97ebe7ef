using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Behavior;

/// <summary>Waits once, so many ticks.</summary>
[Workflow("sleep")]
public sealed class SleepWorkflow : Workflow<long, string>
{
    public override async Task<string> RunAsync(long input)
    {
        await Context.DelayAsync(new TimeSpan(input));
        return $"{Context.UtcNow:HH:mm:ss.fff}";
    }
}

/// <summary>Starts many timers, the later ones due earlier, and tells the order in which they fire.</summary>
[Workflow("sleepers")]
public sealed class SleepersWorkflow : Workflow<int, List<int>>
{
    public override async Task<List<int>> RunAsync(int input)
    {
        var fired = new List<int>();
        await Task.WhenAll(Enumerable.Range(0, input).Select(async i =>
        {
            await Context.DelayAsync(TimeSpan.FromMilliseconds((input - i) / 2));
            fired.Add(i);
        }));
        return fired;
    }
}

/// <summary>Waits for nothing, again and again.</summary>
[Workflow("restless")]
public sealed class RestlessWorkflow : Workflow<int, int>
{
    public override async Task<int> RunAsync(int input)
    {
        for (var i = 0; i < input; i++) await Context.DelayAsync(TimeSpan.Zero);
        return input;
    }
}

/// <summary>Starts timers and cancels them at once, then waits.</summary>
[Workflow("fickle")]
public sealed class FickleWorkflow : Workflow<int, int>
{
    public override async Task<int> RunAsync(int input)
    {
        var canceled = 0;
        for (var i = 0; i < input; i++)
        {
            using var source = new CancellationTokenSource();
            var timer = Context.DelayAsync(TimeSpan.FromDays(2), source.Token);
            source.Cancel();
            source.Cancel();
            try
            {
                await timer;
            }
            catch (Canceled)
            {
                canceled++;
            }
        }

        using var late = new CancellationTokenSource();
        await Context.DelayAsync(TimeSpan.FromSeconds(1), late.Token);
        late.Cancel();
        return canceled;
    }
}

public class TimerTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(10_000, 1)]
    [InlineData(10_001, 2)]
    [InlineData(15_000_000, 1500)]
    [InlineData(315_360_000_000_000_000, 31_536_000_000_000)]
    public void Delay_AnySpan_FiresWhenItIsDueAndNotBefore(long ticks, long milliseconds)
    {
        var run = Harness.Of<SleepWorkflow>(ticks);
        Assert.Equal(run.Now.AddMilliseconds(milliseconds), run.Run.NextWakeAt);
        run.Reload();
        run.Now = run.Now.AddMilliseconds(milliseconds - 1);
        Assert.Empty(run.Advance(AdvanceTime.Instance).Events.OfType<TimerFired>());
        run.Pass(TimeSpan.FromTicks(TimeSpan.TicksPerMillisecond + 1));
        Assert.True(run.Run.IsClosed);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MaxValue - 5)]
    [InlineData(3_155_378_975_999_999_999)]
    public void Delay_PastTheCalendar_NeverFires(long ticks)
    {
        var run = Harness.Of<SleepWorkflow>(ticks);
        Assert.Null(run.Run.NextWakeAt);
        Assert.Equal(DateTimeOffset.MaxValue, Assert.Single(run.Run.Describe().Timers).DueAt);
        run.Now = DateTimeOffset.MaxValue;
        Assert.Empty(run.Advance(AdvanceTime.Instance).Events);
        run.Advance(new RequestCancel("at last", null));
        Assert.Equal(WorkflowStatus.Canceled, run.Run.Status);
    }

    [Fact]
    public void Delay_Negative_ThrowsBeforeAnything()
    {
        var run = Harness.Of<SleepWorkflow>(-1L);
        Assert.IsType<RunStarted>(Assert.Single(run.History));
        Assert.Contains("ArgumentOutOfRangeException", run.Run.Stall?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AdvanceTime_FiveThousandDue_FireInOrderOfDueThenNumber()
    {
        var run = Harness.Of<SleepersWorkflow>(5_000);
        var turn = run.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(5_001, turn.Events.Count);
        var due = run.History.OfType<TimerStarted>().ToDictionary(static e => e.Command, static e => e.DueAt);
        var fired = turn.Events.OfType<TimerFired>().Select(static e => e.Command).ToList();
        Assert.Equal(fired.OrderBy(c => due[c]).ThenBy(static c => c), fired);
        Assert.Equal(fired.Select(static c => (int)c - 1), run.Result<List<int>>());
        Assert.Equal(run.Result<List<int>>(), run.Reload().ClosingEvent is RunCompleted ? run.Result<List<int>>() : []);
    }

    [Fact]
    public void Delay_OfNothing_TakesATurnOfItsOwn()
    {
        var run = Harness.Of<RestlessWorkflow>(3);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(run.Now, run.Run.NextWakeAt);
            Assert.Single(run.Advance(AdvanceTime.Instance).Events.OfType<TimerFired>());
        }

        Assert.Equal(3, run.Result<int>());
    }

    [Fact]
    public void Cancel_ManyTimers_LeavesNothingBehind()
    {
        var run = Harness.Of<FickleWorkflow>(1_000);
        Assert.Equal(1_000, run.History.OfType<TimerCanceled>().Count());
        Assert.Single(run.Run.Describe().Timers);
        Assert.Equal(run.Now.AddSeconds(1), run.Run.NextWakeAt);
        run.Reload();
        run.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(1_000, run.Result<int>());
    }

    [Fact]
    public void Clock_RunningBackward_NeverMovesEventsBack()
    {
        var run = Harness.Of<SequenceWorkflow>("tea");
        run.Now = run.Now.AddHours(-1).AddTicks(5);
        run.Complete(1, 1);
        Assert.All(run.History, static e => Assert.Equal(Harness.Epoch, e.At));
        run.Now = Harness.Epoch.AddHours(1).AddTicks(9_999);
        run.Advance(AdvanceTime.Instance);
        Assert.Equal(Harness.Epoch.AddHours(1), run.History[^1].At);
    }
}
