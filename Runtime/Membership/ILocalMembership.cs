using Orleans.Runtime;

namespace Orchestration.Runtime.Membership;

/// <summary>The membership as the silo itself takes part in it. Thread-safe.</summary>
internal interface ILocalMembership : IClusterMembershipService
{
    /// <summary>
    /// Completes when this silo knows what others have told it to be the newest membership, or could not find out soon; null
    /// where it knows already.
    /// </summary>
    Task? CatchingUp { get; }

    /// <summary>Announces this silo's own state; it never goes back to an earlier one.</summary>
    Task SetStatusAsync(SiloStatus status, CancellationToken cancellation);
}
