namespace Orchestration.Grains.Storage;

/// <summary>A cluster's members and its version, as they were at one moment.</summary>
/// <param name="Version">The table's version.</param>
/// <param name="Members">The members, in the order of their keys.</param>
public sealed record MembershipRows(long Version, IReadOnlyList<MemberRow> Members);
