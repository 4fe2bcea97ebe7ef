namespace Orchestration.Samples.WordCount.Workflows;

/// <summary>That a chunk was counted, and where its words are: they may be many, and histories are no place for them.</summary>
/// <param name="Part">The name of what was written.</param>
/// <param name="Words">How many words it has.</param>
public sealed record PartCount(string Part, long Words);
