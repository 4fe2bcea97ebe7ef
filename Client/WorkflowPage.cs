using Orchestration.Grains.Interfaces.Visibility;

namespace Orchestration.Client;

/// <summary>A page of a list of runs.</summary>
/// <param name="Runs">The runs, newest start first.</param>
/// <param name="Continuation">Where the next page begins; null at the end.</param>
public sealed record WorkflowPage(IReadOnlyList<RunListing> Runs, string? Continuation);
