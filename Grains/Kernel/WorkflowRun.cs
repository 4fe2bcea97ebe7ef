using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

/// <summary>
/// One run: pure, synchronous, deterministic. Stimuli with their time go in; events to append, and effects to carry out once they are
/// durable, come out. Not thread-safe: its owner advances it one turn at a time, on any thread.
/// </summary>
/// <remarks>
/// After <see cref="Advance"/> the state is ahead of the store until the turn's events are appended. If they cannot be, the object is
/// to be dropped and the run rebuilt by <see cref="Replay"/>: there is no way back.
/// </remarks>
public sealed class WorkflowRun
{
    /// <summary>A run that waits for <see cref="StartRun"/>.</summary>
    public WorkflowRun(RunSettings settings)
    {
        throw new NotImplementedException();
    }

    /// <summary>Rebuilds a run from its history (any prefix of one, even one cut within a turn).</summary>
    /// <remarks>Code that does not fit the history leaves the run <see cref="WorkflowStatus.Stalled"/>; nothing is thrown for it.</remarks>
    /// <exception cref="EngineFault">The history is corrupt.</exception>
    public static WorkflowRun Replay(RunSettings settings, IEnumerable<HistoryEvent> history) => throw new NotImplementedException();

    /// <summary>Running, stalled or closed.</summary>
    public WorkflowStatus Status => throw new NotImplementedException();

    /// <summary>Whether it has ended.</summary>
    public bool IsClosed => throw new NotImplementedException();

    /// <summary>How many events it has, those of the last turn included.</summary>
    public long HistoryLength => throw new NotImplementedException();

    /// <summary>Whether work is under way that a crash must not leave lying: an attempt is with a host. Else it waits for time or messages.</summary>
    public bool IsRunnable => throw new NotImplementedException();

    /// <summary>The earliest timer, retry or timeout; null where it waits only for messages.</summary>
    public DateTimeOffset? NextWakeAt => throw new NotImplementedException();

    /// <summary>Why it is stalled; null where it is not.</summary>
    public Stall? Stall => throw new NotImplementedException();

    /// <summary>Its result, failure or reason, once closed.</summary>
    public HistoryEvent? ClosingEvent => throw new NotImplementedException();

    /// <summary>Attempts that are with a host now: what a reloaded activation must ask their hosts about.</summary>
    public IReadOnlyList<Effects.DispatchActivity> DispatchedAttempts() => throw new NotImplementedException();

    /// <summary>Applies stimuli one at a time, drains user code after each, and returns what came of it.</summary>
    /// <param name="stimuli">What happened, in order.</param>
    /// <param name="now">The silo's clock; event time never runs backward.</param>
    public Turn Advance(IReadOnlyList<Stimulus> stimuli, DateTimeOffset now) => throw new NotImplementedException();

    /// <summary>The state as an outsider may see it.</summary>
    public RunSnapshot Describe() => throw new NotImplementedException();
}
