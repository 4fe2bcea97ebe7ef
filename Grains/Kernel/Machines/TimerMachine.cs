using Orchestration.Grains.Kernel.Execution;
using Orchestration.Grains.Kernel.History;

namespace Orchestration.Grains.Kernel.Machines;

/// <summary>Where a timer stands.</summary>
internal enum TimerState
{
    /// <summary>It runs.</summary>
    Started,

    /// <summary>Its time came.</summary>
    Fired,

    /// <summary>Workflow code cancelled it before.</summary>
    Canceled,
}

/// <summary>One durable timer.</summary>
/// <remarks>
/// <code>
/// state     input                     event           next
/// (none)    code starts the timer     TimerStarted    Started
/// Started   its time has come         TimerFired      Fired
/// Started   code cancels it           TimerCanceled   Canceled
/// </code>
/// Anything else changes nothing.
/// </remarks>
internal sealed class TimerMachine(TimerStarted started)
{
    public long Command { get; } = started.Command;

    public TimerState State { get; private set; }

    public DateTimeOffset DueAt { get; private set; } = started.DueAt;

    /// <summary>The workflow code that waits for it.</summary>
    public IWaiter? Waiter { get; set; }

    /// <summary>Whether the run's own cancellation cancels it.</summary>
    public bool FollowsRun { get; set; }

    /// <summary>Time has come to <paramref name="at"/>.</summary>
    public TimerFired? Fire(DateTimeOffset at) =>
        State == TimerState.Started && DueAt <= at && DueAt != Times.Never ? new TimerFired { At = at, Command = Command } : null;

    /// <summary>Workflow code cancels it; null where it has ended.</summary>
    public TimerCanceled? Cancel(DateTimeOffset at) =>
        State == TimerState.Started ? new TimerCanceled { At = at, Command = Command } : null;

    /// <summary>Changes the state by a recorded fact.</summary>
    public void Apply(HistoryEvent happened) => State = happened switch
    {
        TimerFired => TimerState.Fired,
        TimerCanceled => TimerState.Canceled,
        _ => throw new InvalidOperationException($"A timer takes no {happened.GetType().Name}."),
    };

    /// <summary>Its start becomes durable at another time than first thought.</summary>
    public void NoteDueAt(DateTimeOffset due) => DueAt = due;
}
