namespace Orchestration.Grains.Storage;

/// <summary>A page of runs.</summary>
/// <param name="Runs">The runs, in the order of the query.</param>
/// <param name="Continuation">Where the next page begins; null at the end.</param>
public sealed record ListPage(IReadOnlyList<RunRecord> Runs, string? Continuation)
{
    /// <summary>The page of what was found: all that there is, or a page and at least one more.</summary>
    public static ListPage Of(ListQuery query, List<RunRecord> found)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(found);
        if (found.Count <= query.PageSize) return new ListPage(found, null);
        found.RemoveRange(query.PageSize, found.Count - query.PageSize);
        return new ListPage(found, ListCursor.At(query, found[^1]).ToString());
    }
}
