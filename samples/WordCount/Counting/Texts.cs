using System.Globalization;
using System.Text;
using Orchestration.Samples.Shared;
using Orchestration.Samples.WordCount.Workflows;
using Orchestration.Workflows;

namespace Orchestration.Samples.WordCount.Counting;

/// <summary>Reads files. A file that the disk refuses for the moment is tried again; one that is no text is not.</summary>
/// <param name="book">Where counted chunks are written down, by the key of the call: a repeat writes the same again.</param>
public sealed class Texts(FileBook<Part> book) : ITexts
{
    private const int LongestWord = 64 * 1024;

    /// <inheritdoc/>
    public Task<IReadOnlyList<Chunk>> SplitAsync(string file, int chunkBytes)
    {
        using var stream = Open(file);
        var stamp = StampOf(file);
        var chunks = new List<Chunk>();
        for (long start = 0, end; start < stream.Length; start = end)
        {
            end = EndOfWord(stream, Math.Min(start + chunkBytes, stream.Length), file);
            chunks.Add(new Chunk(file, start, (int)(end - start), stamp));
        }

        return Task.FromResult<IReadOnlyList<Chunk>>(chunks);
    }

    /// <inheritdoc/>
    public async Task<PartCount> CountAsync(Chunk chunk)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        var context = ActivityContext.Current;
        await using var stream = Open(chunk.File);
        if (StampOf(chunk.File) != chunk.Stamp)
            throw new ApplicationFailure("The file changed while it was counted.", CountFailures.Changed, nonRetryable: true);
        var bytes = new byte[chunk.Length];
        stream.Position = chunk.Start;
        await stream.ReadExactlyAsync(bytes, context.CancellationToken);
        var table = new Dictionary<string, long>(StringComparer.Ordinal);
        Words.CountInto(table, Decode(bytes));
        book.Change(context.IdempotencyKey, _ => new Part(table));
        return new PartCount(context.IdempotencyKey, table.Values.Sum());
    }

    /// <inheritdoc/>
    public Task<WordTotals> MergeAsync(IReadOnlyList<string> parts, int top)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var table = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var name in parts)
        {
            var part = book.Find(name) ?? throw new ApplicationFailure($"Part {name} is gone.", CountFailures.Missing, true);
            foreach (var (word, times) in part.Words) Words.Add(table, word, times);
        }

        return Task.FromResult(Tally.Of(table, top, parts.Count));
    }

    private static FileStream Open(string file)
    {
        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 4096, useAsync: true);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ApplicationFailure("There is no such file.", CountFailures.Missing, nonRetryable: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ApplicationFailure(e.Message, CountFailures.Missing, nonRetryable: true);
        }
    }

    private static string StampOf(string file)
    {
        var info = new FileInfo(file);
        return string.Create(CultureInfo.InvariantCulture, $"{info.Length} {info.LastWriteTimeUtc.Ticks}");
    }

    /// <summary>The next place from here on that is white space; in UTF-8 it never lies within a letter.</summary>
    private static long EndOfWord(FileStream stream, long from, string file)
    {
        stream.Position = from;
        for (var i = 0; i < LongestWord; i++)
        {
            var next = stream.ReadByte();
            if (next < 0 || next is ' ' or '\n' or '\r' or '\t') return from + i;
        }

        throw new ApplicationFailure(
            $"{file} has no white space for {LongestWord} bytes: that is no text.", CountFailures.NotText, nonRetryable: true);
    }

    private static string Decode(byte[] bytes)
    {
        try
        {
            return Tally.Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new ApplicationFailure("The file is not UTF-8.", CountFailures.NotText, nonRetryable: true);
        }
    }
}
