namespace Orchestration.Samples.WordCount.Workflows;

/// <summary>A part of a file that begins and ends between two words.</summary>
/// <param name="File">The file.</param>
/// <param name="Start">Its first byte.</param>
/// <param name="Length">How many bytes it has.</param>
/// <param name="Stamp">Size and time of the file when it was split; a file that has changed since is not counted.</param>
public sealed record Chunk(string File, long Start, int Length, string Stamp);
