namespace Orchestration.Runtime.References;

/// <summary>A grain class of the cluster, as clients know it.</summary>
/// <param name="GrainType">Its type name.</param>
/// <param name="ClassName">The full name of the class.</param>
/// <param name="Interfaces">The wire names of its interfaces.</param>
internal sealed record GrainManifestEntry(string GrainType, string ClassName, string[] Interfaces);
