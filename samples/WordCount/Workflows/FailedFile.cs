namespace Orchestration.Samples.WordCount.Workflows;

/// <summary>A file that could not be counted.</summary>
public sealed record FailedFile(string File, string Reason);
