using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>
/// Which runs are listed; what is null does not restrict. They come newest start first; with a time of the end, only those that
/// have ended are listed, newest end first.
/// </summary>
public sealed record WorkflowFilter
{
    /// <summary>Only this workflow type.</summary>
    public string? WorkflowType { get; init; }

    /// <summary>Only this status.</summary>
    public WorkflowStatus? Status { get; init; }

    /// <summary>Only ids that begin so.</summary>
    public string? IdPrefix { get; init; }

    /// <summary>Only runs that started at or after this time.</summary>
    public DateTimeOffset? StartedFrom { get; init; }

    /// <summary>Only runs that started before this time.</summary>
    public DateTimeOffset? StartedBefore { get; init; }

    /// <summary>Only runs that ended at or after this time.</summary>
    public DateTimeOffset? ClosedFrom { get; init; }

    /// <summary>Only runs that ended before this time.</summary>
    public DateTimeOffset? ClosedBefore { get; init; }

    /// <summary>How many runs are fetched at a time, 1 to 1,000.</summary>
    public int PageSize { get; init; } = 100;

    internal void Validate()
    {
        if (PageSize is < 1 or > 1000) throw new InvalidRequest($"The page size is {PageSize}; 1 to 1,000 is allowed.");
        if (StartedFrom > StartedBefore)
            throw new InvalidRequest($"No run can have started both from {StartedFrom:O} on and before {StartedBefore:O}.");
        if (ClosedFrom > ClosedBefore)
            throw new InvalidRequest($"No run can have ended both from {ClosedFrom:O} on and before {ClosedBefore:O}.");
    }
}
