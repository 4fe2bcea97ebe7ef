namespace Orchestration.Grains.Hosting;

/// <summary>What the store keeps of a silo besides its key, state and sign of life, as JSON. Names are never changed.</summary>
internal sealed record MemberDetails(
    string? Name, string? Host, int GatewayPort, DateTime StartedAt, IReadOnlyList<MemberSuspicion>? Suspicions, string? Role,
    int UpdateZone, int FaultZone);
