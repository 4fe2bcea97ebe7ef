namespace Orchestration.Grains.Workflows.Watch;

/// <summary>
/// By what is measured how long code holds a thread. That is a matter of real time, also where the engine's own time is virtual;
/// and virtual time is not to stop every second for this watch. Another clock is for tests of the watch: what they have go on for
/// ever outlasts its limit, and nothing else does.
/// </summary>
/// <param name="Time">The clock.</param>
internal sealed record WatchClock(TimeProvider Time)
{
    /// <summary>The system's clock.</summary>
    public static WatchClock Real { get; } = new(TimeProvider.System);
}
