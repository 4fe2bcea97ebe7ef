namespace Orchestration.Samples.WordCount.Counting;

/// <summary>The words of a chunk, as they are written down.</summary>
public sealed record Part(Dictionary<string, long> Words);
