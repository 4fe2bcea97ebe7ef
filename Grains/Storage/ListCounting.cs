namespace Orchestration.Grains.Storage;

/// <summary>Counts by listing, for stores that have no better way. Costs as much as listing all that is counted.</summary>
public static class ListCounting
{
    /// <summary>Counts the runs that a query lists, by type and status; its page size and continuation mean nothing.</summary>
    public static async ValueTask<IReadOnlyList<RunCount>> CountAsync(
        IHistoryStore store, ListQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(query);
        var counts = new Dictionary<(string, Orchestration.Workflows.WorkflowStatus), long>();
        query = query with { PageSize = StoreRequests.MaximumPageSize, Continuation = null };
        do
        {
            var page = await store.ListAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (var run in page.Runs)
            {
                var group = (run.WorkflowType, run.Summary.Status);
                counts[group] = counts.GetValueOrDefault(group) + 1;
            }

            query = query with { Continuation = page.Continuation };
        }
        while (query.Continuation is not null);
        return InOrder(counts.Select(static c => new RunCount(c.Key.Item1, c.Key.Item2, c.Value)));
    }

    /// <summary>By type (ordinal), then status.</summary>
    public static IReadOnlyList<RunCount> InOrder(IEnumerable<RunCount> counts) =>
        [.. counts.OrderBy(static c => c.WorkflowType, StringComparer.Ordinal).ThenBy(static c => c.Status)];
}
