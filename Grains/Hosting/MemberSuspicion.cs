namespace Orchestration.Grains.Hosting;

/// <summary>A silo that takes another one for dead, and since when by its own clock.</summary>
internal sealed record MemberSuspicion(string By, DateTime At);
