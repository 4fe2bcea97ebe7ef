namespace Orchestration.Samples.WordCount.Counting;

/// <summary>What a word is: letters and digits in a row, whatever their case.</summary>
public static class Words
{
    /// <summary>Counts the words of a text into a table.</summary>
    public static void CountInto(Dictionary<string, long> table, string text)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(text);
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsLetterOrDigit(text[i])) continue;
            var start = i;
            while (i < text.Length && char.IsLetterOrDigit(text[i])) i++;
            Add(table, text[start..i].ToLowerInvariant(), 1);
        }
    }

    /// <summary>Adds to a word's number.</summary>
    public static void Add(Dictionary<string, long> table, string word, long times)
    {
        ArgumentNullException.ThrowIfNull(table);
        table[word] = table.GetValueOrDefault(word) + times;
    }
}
