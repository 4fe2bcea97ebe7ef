namespace Orchestration.Samples.WordCount.Workflows;

/// <summary>What is to be counted: the workflow's input.</summary>
/// <param name="Files">The files, by full path.</param>
/// <param name="ChunkBytes">About how large a chunk is.</param>
/// <param name="Width">How many activities run at once.</param>
/// <param name="AtLeast">How many of the files have to be counted for the count to be of use.</param>
/// <param name="Top">How many of the most frequent words are wanted.</param>
public sealed record CountRequest(IReadOnlyList<string> Files, int ChunkBytes, int Width, int AtLeast, int Top);
