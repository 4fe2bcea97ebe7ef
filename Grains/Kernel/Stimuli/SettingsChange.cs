using Orchestration.Grains.Kernel.Execution;
using Orchestration.Grains.Kernel.History;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Stimuli;

/// <summary>What is to be different about an activity's settings; null leaves a setting as it is.</summary>
public sealed record SettingsChange
{
    /// <summary>How long one attempt may run.</summary>
    public TimeSpan? StartToClose { get; init; }

    /// <summary>How long it may take in all; infinite is no limit.</summary>
    public TimeSpan? ScheduleToClose { get; init; }

    /// <summary>How long an attempt may wait for its start; infinite is no limit.</summary>
    public TimeSpan? ScheduleToStart { get; init; }

    /// <summary>How long it may go without a heartbeat; infinite is no limit.</summary>
    public TimeSpan? Heartbeat { get; init; }

    /// <summary>When and how often it is repeated.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>Lets pass what can be followed, whatever the settings are now.</summary>
    /// <exception cref="InvalidRequest">It cannot.</exception>
    public void Check()
    {
        Check(StartToClose, nameof(StartToClose), mayBeInfinite: false);
        Check(ScheduleToClose, nameof(ScheduleToClose), mayBeInfinite: true);
        Check(ScheduleToStart, nameof(ScheduleToStart), mayBeInfinite: true);
        Check(Heartbeat, nameof(Heartbeat), mayBeInfinite: true);
        if (Retry is not null) ActivityCalls.Check(Retry);
    }

    /// <summary>The settings as they are after the change.</summary>
    public ActivitySettings ApplyTo(ActivitySettings now)
    {
        ArgumentNullException.ThrowIfNull(now);
        var close = Changed(ScheduleToClose, now.ScheduleToClose);
        var attempt = Changed(StartToClose, now.StartToClose);
        return now with
        {
            StartToClose = attempt,
            // One of the two limits stays, whatever is asked: without any a lost attempt would never be noticed.
            ScheduleToClose = close is null && attempt is null ? now.ScheduleToClose : close,
            ScheduleToStart = Changed(ScheduleToStart, now.ScheduleToStart),
            Heartbeat = Changed(Heartbeat, now.Heartbeat),
            Retry = Retry is null ? now.Retry : Retry.Equals(RetryPolicy.Default) ? null : Retry,
        };
    }

    private static TimeSpan? Changed(TimeSpan? change, TimeSpan? now) => change switch
    {
        null => now,
        { } span when span == Timeout.InfiniteTimeSpan => null,
        { } span => Times.Ceiling(span),
    };

    private static void Check(TimeSpan? span, string what, bool mayBeInfinite)
    {
        if (span is null || span > TimeSpan.Zero || (mayBeInfinite && span == Timeout.InfiniteTimeSpan)) return;
        throw new InvalidRequest($"{what} is {span}; it must be more than zero"
            + (mayBeInfinite ? ", or infinite for no limit." : "."));
    }
}
