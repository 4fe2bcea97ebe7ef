namespace Orchestration.Grains.Storage;

/// <summary>What recovery has to do for a run.</summary>
public enum RunState
{
    /// <summary>
    /// Work is under way: to be woken at once after its silo's death. A run that has ended (<see cref="RunSummary.ClosedAt"/>) is
    /// runnable for as long as others have to hear of it, or the run that continues it is not there.
    /// </summary>
    Runnable = 0,

    /// <summary>It waits for <see cref="RunSummary.WakeAt"/>, or for a message where that is null.</summary>
    Parked = 1,

    /// <summary>It cannot go on as deployed: tried again once a silo starts, unless it was woken in vain too often.</summary>
    Stalled = 2,

    /// <summary>It has ended.</summary>
    Closed = 3,
}
