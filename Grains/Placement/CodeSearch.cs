namespace Orchestration.Grains.Placement;

/// <summary>What came of looking for silos that host some code.</summary>
/// <param name="Silos">Those that do.</param>
/// <param name="Lacking">The builds of those that do not.</param>
/// <param name="IsComplete">Whether every live silo has said what it hosts; else one of the silent ones may.</param>
internal readonly record struct CodeSearch(string[] Silos, string[] Lacking, bool IsComplete);
