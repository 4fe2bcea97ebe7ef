using Orchestration.Workflows;

namespace Orchestration.Grains.Storage;

/// <summary>What every store refuses, in the same words, before anything is written.</summary>
public static class StoreRequests
{
    /// <summary>The largest body of one turn, in bytes.</summary>
    public const int MaximumBodyBytes = 256 << 20;

    /// <summary>The most runs of one page of a list.</summary>
    public const int MaximumPageSize = 1000;

    /// <summary>The longest cluster id.</summary>
    public const int MaximumClusterLength = 150;

    /// <summary>Refuses an append that no store could carry out.</summary>
    /// <exception cref="InvalidRequest">It has no events, too large a body, or a header and summary that do not fit its
    /// sequence.</exception>
    public static void Check(AppendRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.EventCount < 1) throw new InvalidRequest("An append needs at least one event.");
        if (request.ExpectedSequence < 0) throw new InvalidRequest("The expected sequence of an append is negative.");
        if (request.Body.Length > MaximumBodyBytes)
            throw new InvalidRequest($"A turn of {request.Body.Length} bytes; at most {MaximumBodyBytes} are allowed.");
        if (request.ExpectedSequence == 0 && (request.Header is null || request.Summary is null))
            throw new InvalidRequest("The first append of a run needs its header and summary.");
        if (request.ExpectedSequence > 0 && request.Header is not null)
            throw new InvalidRequest("Only the first append of a run may carry a header.");
        if (request.Header is { Previous: { } previous } && previous == request.Key.RunId)
            throw new InvalidRequest("A run cannot take over from itself.");
        if (request.Header is { Shard: < 0 or >= Shards.Count } header)
            throw new InvalidRequest($"There is no shard {header.Shard}.");
    }

    /// <summary>Refuses a list that cannot be answered.</summary>
    /// <exception cref="InvalidRequest">The page size is out of range.</exception>
    public static void Check(ListQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.PageSize is < 1 or > MaximumPageSize)
            throw new InvalidRequest($"A page holds 1 to {MaximumPageSize} runs, not {query.PageSize}.");
    }

    /// <summary>Refuses a due query that cannot be answered.</summary>
    /// <exception cref="InvalidRequest">The limit is not positive, the state is closed, or there is no such shard.</exception>
    public static void Check(DueQuery query)
    {
        if (query.Limit < 1) throw new InvalidRequest("A due query needs a positive limit.");
        if (query.State is not (RunState.Runnable or RunState.Parked or RunState.Stalled))
            throw new InvalidRequest($"Runs in state {query.State} are never due.");
        if (query.Shard is < 0 or >= Shards.Count) throw new InvalidRequest($"There is no shard {query.Shard}.");
    }

    /// <summary>Refuses a cluster id that cannot be a key in every store.</summary>
    /// <exception cref="InvalidRequest">It is empty, blank, too long, or has control characters.</exception>
    public static void CheckCluster(string cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        if (string.IsNullOrWhiteSpace(cluster) || cluster.Length > MaximumClusterLength || cluster.Any(char.IsControl))
            throw new InvalidRequest(
                $"A cluster id has 1 to {MaximumClusterLength} characters, and no control characters among them.");
    }
}
