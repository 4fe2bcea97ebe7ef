using Orleans.Runtime;

namespace Orchestration.Runtime.Membership;

/// <summary>The membership as the silo itself takes part in it. Thread-safe.</summary>
internal interface ILocalMembership : IClusterMembershipService
{
    /// <summary>Announces this silo's own state; it never goes back to an earlier one.</summary>
    Task SetStatusAsync(SiloStatus status, CancellationToken cancellation);
}
