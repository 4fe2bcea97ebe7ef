namespace Orchestration.Grains.Storage;

/// <summary>A page of runs.</summary>
/// <param name="Runs">The runs, newest start first.</param>
/// <param name="Continuation">Where the next page begins; null at the end.</param>
public sealed record ListPage(IReadOnlyList<RunRecord> Runs, string? Continuation);
