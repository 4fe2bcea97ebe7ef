using Orchestration.Workflows;

namespace Orchestration.Grains.Storage;

/// <summary>Asks for runs, newest start first.</summary>
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

    /// <summary>At most so many, 1 to 1,000.</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>Where the page before ended; null for the first one.</summary>
    public string? Continuation { get; init; }
}
