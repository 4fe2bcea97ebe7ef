using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Visibility;

/// <summary>Lists runs. Any silo answers; the key is any text (a client uses one of its own, to spread the load).</summary>
[Alias("orchestration.visibility")]
public interface IVisibilityGrain : IGrainWithStringKey
{
    /// <summary>A page of runs, newest start first; where times of ends are asked for, newest end first.</summary>
    [Alias("list")]
    Task<ListReply> ListAsync(ListRequest request);

    /// <summary>How many runs a list would have, by type and status; page size and continuation mean nothing.</summary>
    [Alias("count")]
    Task<CountReply> CountAsync(ListRequest request);
}

/// <summary>How many runs there are, or why that is not known.</summary>
/// <param name="Fault">Why it is not.</param>
/// <param name="Counts">The counts, by type and then status; none is zero.</param>
[GenerateSerializer, Immutable, Alias("orchestration.count-reply")]
public sealed record CountReply([property: Id(0)] Fault? Fault, [property: Id(1)] WorkflowCount[] Counts);

/// <summary>How many runs of a type have a status.</summary>
/// <param name="WorkflowType">The workflow type.</param>
/// <param name="Status">The status.</param>
/// <param name="Count">How many.</param>
[GenerateSerializer, Immutable, Alias("orchestration.workflow-count")]
public readonly record struct WorkflowCount(
    [property: Id(0)] string WorkflowType, [property: Id(1)] WorkflowStatus Status, [property: Id(2)] long Count);

/// <summary>Asks for runs.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.list-request")]
public sealed record ListRequest
{
    /// <summary>The namespace.</summary>
    [Id(0)] public string Namespace { get; init; } = WorkflowKey.DefaultNamespace;

    /// <summary>Only this type.</summary>
    [Id(1)] public string? WorkflowType { get; init; }

    /// <summary>Only this status.</summary>
    [Id(2)] public WorkflowStatus? Status { get; init; }

    /// <summary>Only ids that begin so.</summary>
    [Id(3)] public string? IdPrefix { get; init; }

    /// <summary>Only those that started at or after this time.</summary>
    [Id(4)] public DateTimeOffset? StartedFrom { get; init; }

    /// <summary>Only those that started before this time.</summary>
    [Id(5)] public DateTimeOffset? StartedBefore { get; init; }

    /// <summary>At most so many, 1 to 1,000.</summary>
    [Id(6)] public int PageSize { get; init; } = 100;

    /// <summary>Where the page before ended.</summary>
    [Id(7)] public string? Continuation { get; init; }

    /// <summary>Only those that ended at or after this time.</summary>
    [Id(8)] public DateTimeOffset? ClosedFrom { get; init; }

    /// <summary>Only those that ended before this time.</summary>
    [Id(9)] public DateTimeOffset? ClosedBefore { get; init; }
}

/// <summary>A page of runs, or why there is none.</summary>
/// <param name="Fault">Why there is none.</param>
/// <param name="Runs">The runs, in the order of the request.</param>
/// <param name="Continuation">Where the next page begins; null at the end.</param>
[GenerateSerializer, Immutable, Alias("orchestration.list-reply")]
public sealed record ListReply([property: Id(0)] Fault? Fault, [property: Id(1)] RunListing[] Runs, [property: Id(
    2)] string? Continuation);

/// <summary>A run as it is listed.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.run-listing")]
public sealed record RunListing(
    [property: Id(0)] string WorkflowId,
    [property: Id(1)] Guid RunId,
    [property: Id(2)] string WorkflowType,
    [property: Id(3)] WorkflowStatus Status,
    [property: Id(4)] DateTimeOffset StartedAt,
    [property: Id(5)] DateTimeOffset? ClosedAt,
    [property: Id(6)] DateTimeOffset? NextWakeAt);
