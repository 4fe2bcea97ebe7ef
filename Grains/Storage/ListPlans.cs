using System.Text;
using Orchestration.Workflows;

namespace Orchestration.Grains.Storage;

/// <summary>What the stores' queries of lists have in common: which runs stand out, and where a prefix ends.</summary>
public static class ListPlans
{
    /// <summary>
    /// Statuses that runs have while all goes well. The rest is what people look for, and rare: stores keep an index of those
    /// alone, which costs a run nothing while it fares well.
    /// </summary>
    public static IReadOnlyList<WorkflowStatus> Ordinary { get; } =
        [WorkflowStatus.Running, WorkflowStatus.Completed, WorkflowStatus.ContinuedAsNew];

    /// <summary>Whether a query asks for runs in a status that is not <see cref="Ordinary"/>.</summary>
    public static bool AsksForTrouble(ListQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return query.Status is { } status && !Ordinary.Contains(status);
    }

    /// <summary>
    /// The first text, in the order of code points, that comes after all that begin with the prefix; null where none does.
    /// </summary>
    public static string? EndOf(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        var runes = prefix.EnumerateRunes().ToList();
        while (runes.Count > 0)
        {
            var last = runes[^1].Value;
            runes.RemoveAt(runes.Count - 1);
            if (last == 0x10FFFF) continue;
            runes.Add(new Rune(last == 0xD7FF ? 0xE000 : last + 1));
            var end = new StringBuilder();
            foreach (var rune in runes) end.Append(rune);
            return end.ToString();
        }

        return null;
    }
}
