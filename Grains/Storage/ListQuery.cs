using Orchestration.Workflows;

namespace Orchestration.Grains.Storage;

/// <summary>
/// Asks for runs, newest start first; where it asks for times of ends, for runs that have ended, newest end first.
/// </summary>
public sealed record ListQuery
{
    /// <summary>The namespace.</summary>
    public string Namespace { get; init; } = WorkflowKey.DefaultNamespace;

    /// <summary>Only this type.</summary>
    public string? WorkflowType { get; init; }

    /// <summary>Only this status.</summary>
    public WorkflowStatus? Status { get; init; }

    /// <summary>Only ids that begin so (ordinal).</summary>
    public string? IdPrefix { get; init; }

    /// <summary>Only those that started at or after this time.</summary>
    public DateTimeOffset? StartedFrom { get; init; }

    /// <summary>Only those that started before this time.</summary>
    public DateTimeOffset? StartedBefore { get; init; }

    /// <summary>Only those that ended at or after this time.</summary>
    public DateTimeOffset? ClosedFrom { get; init; }

    /// <summary>Only those that ended before this time.</summary>
    public DateTimeOffset? ClosedBefore { get; init; }

    /// <summary>Whether the list is one of ends, in their order.</summary>
    public bool IsByEnd => ClosedFrom is not null || ClosedBefore is not null;

    /// <summary>At most so many, 1 to 1,000.</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>Where the page before ended; null for the first one.</summary>
    public string? Continuation { get; init; }
}
