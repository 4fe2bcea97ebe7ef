using Orchestration.Grains.Kernel.Execution;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Machines;

/// <content>
/// Local calls: run by the silo where the run is, within one of its turns.
/// <code>
/// state       input                              event                          next
/// (none)      code calls                         -                              WithHost; takes its command number all the same
/// WithHost    failure, next try is near          -                              BackingOff, in memory; keeps the run runnable
/// WithHost    failure, next try is far           ActivityRetryScheduled, local  BackingOff
/// WithHost    silo shuts down, run leaves        -                              begins anew where the run comes to life
/// any open    everything else                    as of any activity, marked with the activity's name
/// </code>
/// Until its outcome nothing is recorded of a call: a run that is rebuilt begins it again, from the last recorded attempt.
/// </content>
internal sealed partial class ActivityMachine
{
    private bool _isShortBackOff;

    /// <summary>Whether it is a local call.</summary>
    public bool IsLocal { get; private init; }

    /// <summary>The longest back-off that is waited for in memory, of a local call.</summary>
    public TimeSpan LongestBackOff { get; private init; }

    /// <summary>Whether the run is at work over it, so that a crash must not leave it lying.</summary>
    public bool KeepsRunnable => State == ActivityState.WithHost || (State == ActivityState.BackingOff && _isShortBackOff);

    private string? LocalType => IsLocal ? ActivityType : null;

    /// <summary>A local call.</summary>
    public static ActivityMachine Local(ActivityScheduled asked, TimeSpan longestBackOff, long number, long step) =>
        new(asked, number, step) { IsLocal = true, LongestBackOff = longestBackOff };

    /// <summary>A failed local attempt is repeated so soon that nothing of it is recorded.</summary>
    /// <returns>Whether that is so.</returns>
    public bool TryBackOffInMemory(int attempt, ActivityOutcome outcome, DateTimeOffset at)
    {
        if (!IsLocal || State != ActivityState.WithHost || attempt != Attempt || CancelRequested
            || outcome is not ActivityOutcome.Failed { Failure: var failure }
            || Retries.NextDelay(Settings.Retry ?? RetryPolicy.Default, failure, Counted) is not { } delay
            || delay > LongestBackOff) return false;
        var due = Times.After(at, delay);
        if (due >= ScheduleToCloseDeadline) return false;
        Attempt++;
        AttemptDueAt = due;
        LastFailure = failure;
        State = ActivityState.BackingOff;
        _isShortBackOff = true;
        return true;
    }
}
