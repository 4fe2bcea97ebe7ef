using Orleans.Runtime;

namespace Orchestration.Runtime.Peers;

/// <summary>How a silo introduces itself to others.</summary>
internal sealed record PeerIdentity(
    string ClusterId, string ServiceId, string SiloName, SiloAddress Address, ClusterSecret Secret);
