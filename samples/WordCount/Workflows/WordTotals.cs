namespace Orchestration.Samples.WordCount.Workflows;

/// <summary>What came of it: the workflow's result.</summary>
/// <param name="Words">How many words all counted files have.</param>
/// <param name="Distinct">How many different ones.</param>
/// <param name="Top">The most frequent ones, and how often each stands.</param>
/// <param name="Chunks">How many chunks were counted.</param>
/// <param name="Failed">The files that are not in it.</param>
public sealed record WordTotals(
    long Words, int Distinct, IReadOnlyList<WordTotal> Top, int Chunks, IReadOnlyList<FailedFile> Failed);

/// <summary>How often a word stands.</summary>
public sealed record WordTotal(string Word, long Times);
