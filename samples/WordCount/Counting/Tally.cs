using System.Text;
using Orchestration.Samples.WordCount.Workflows;

namespace Orchestration.Samples.WordCount.Counting;

/// <summary>Totals, and the straightforward way to them.</summary>
public static class Tally
{
    /// <summary>UTF-8, and nothing else.</summary>
    public static Encoding Strict { get; } = new UTF8Encoding(false, throwOnInvalidBytes: true);

    /// <summary>The totals of a table.</summary>
    public static WordTotals Of(Dictionary<string, long> table, int top, int chunks)
    {
        ArgumentNullException.ThrowIfNull(table);
        return new WordTotals(
            table.Values.Sum(),
            table.Count,
            [.. table.OrderByDescending(static word => word.Value).ThenBy(static word => word.Key, StringComparer.Ordinal)
                .Take(top).Select(static word => new WordTotal(word.Key, word.Value))],
            chunks,
            []);
    }

    /// <summary>Reads the files one after the other and counts: what the workflow's answer is held against.</summary>
    public static WordTotals CountPlainly(IEnumerable<string> files, int top)
    {
        ArgumentNullException.ThrowIfNull(files);
        var table = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var file in files) Words.CountInto(table, Strict.GetString(File.ReadAllBytes(file)));
        return Of(table, top, 0);
    }

    /// <summary>Whether two counts come to the same.</summary>
    public static bool Agree(WordTotals one, WordTotals other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return (one.Words, one.Distinct) == (other.Words, other.Distinct) && one.Top.SequenceEqual(other.Top);
    }
}
