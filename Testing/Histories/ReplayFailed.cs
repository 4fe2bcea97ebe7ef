using Orchestration.Workflows;

namespace Orchestration.Testing.Histories;

/// <summary>Histories do not fit today's code; the message tells of each.</summary>
/// <param name="results">Those that do not.</param>
/// <param name="all">How many were replayed.</param>
public sealed class ReplayFailed(IReadOnlyList<ReplayResult> results, int all)
    : OrchestrationException($"{results.Count} of {all} histories do not fit today's code:\n" + string.Join('\n', results))
{
    /// <summary>The histories that do not fit.</summary>
    public IReadOnlyList<ReplayResult> Results { get; } = results;
}
