namespace Orchestration.Workflows;

/// <summary>Why a running attempt is asked to end.</summary>
public enum ActivityCancellationReason
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>The workflow cancelled the call.</summary>
    Requested,

    /// <summary>The attempt ran longer than its start-to-close timeout.</summary>
    TimedOut,

    /// <summary>No heartbeat came within the heartbeat timeout.</summary>
    HeartbeatTimedOut,

    /// <summary>The run is closed or knows nothing of the attempt any more.</summary>
    NotWanted,

    /// <summary>
    /// The silo shuts down; the attempt is retried elsewhere at once, and reads the heartbeat details left here.
    /// </summary>
    WorkerShutdown,
}
