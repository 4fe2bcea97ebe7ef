namespace Orchestration.Samples.WordCount.Workflows;

/// <summary>The activities that read files.</summary>
public interface ITexts
{
    /// <summary>Splits a file into chunks of about that size.</summary>
    Task<IReadOnlyList<Chunk>> SplitAsync(string file, int chunkBytes);

    /// <summary>Counts the words of a chunk and writes them down.</summary>
    Task<PartCount> CountAsync(Chunk chunk);

    /// <summary>Adds up what was written down.</summary>
    Task<WordTotals> MergeAsync(IReadOnlyList<string> parts, int top);
}
