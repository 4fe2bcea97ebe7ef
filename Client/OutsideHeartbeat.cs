using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>What a heartbeat from outside learns.</summary>
/// <param name="CancellationReason">
/// Why the attempt should end; <see cref="ActivityCancellationReason.None"/> while it should not. It is then to be cancelled, or
/// ended as it sees fit.
/// </param>
/// <param name="IsPaused">Whether the activity is paused: this attempt may end, and no other one begins.</param>
public sealed record OutsideHeartbeat(ActivityCancellationReason CancellationReason, bool IsPaused)
{
    /// <summary>Whether the workflow wants the attempt to end.</summary>
    public bool IsCancelRequested => CancellationReason != ActivityCancellationReason.None;
}
