using Orchestration.Workflows;

namespace Orchestration.Testing.Histories;

/// <summary>A file of an exported history cannot be read.</summary>
/// <param name="source">Which.</param>
/// <param name="place">Where in it.</param>
/// <param name="problem">What is wrong there.</param>
/// <param name="inner">What the reader met.</param>
public sealed class HistoryFileDamaged(string source, string place, string problem, Exception? inner = null)
    : OrchestrationException($"The exported history '{source}' cannot be read: at {place}, {problem}.", inner)
{
    /// <summary>The file, or what else it was read from.</summary>
    public string HistorySource { get; } = source;

    /// <summary>Where in it: a line and byte, a member or an event.</summary>
    public string Place { get; } = place;
}
