using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Wire;

/// <summary>Why a request has no result.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.fault")]
public sealed record Fault
{
    /// <summary>What kind.</summary>
    [Id(0)] public required FaultKind Kind { get; init; }

    /// <summary>What is wrong and what to do.</summary>
    [Id(1)] public required string Message { get; init; }

    /// <summary>The engine fault's code.</summary>
    [Id(2)] public string? Code { get; init; }

    /// <summary>The run that holds the id.</summary>
    [Id(3)] public Guid? RunId { get; init; }

    /// <summary>How long to wait before the next try.</summary>
    [Id(4)] public TimeSpan? RetryAfter { get; init; }

    /// <summary>The size of a payload that is too large.</summary>
    [Id(5)] public long Size { get; init; }

    /// <summary>The limit it is over.</summary>
    [Id(6)] public long Limit { get; init; }

    /// <summary>How the run ended that takes no messages any more.</summary>
    [Id(20)] public WorkflowStatus Status { get; init; }

    /// <summary>What an update's validator threw.</summary>
    [Id(21)] public FailureInfo? Failure { get; init; }
}
