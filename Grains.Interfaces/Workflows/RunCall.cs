using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Workflows;

/// <summary>What a message between runs is.</summary>
public enum RunCallKind
{
    /// <summary>Asks which run the receiver's latest is.</summary>
    Bind,

    /// <summary>Starts a child.</summary>
    StartChild,

    /// <summary>Tells a parent how its child ended.</summary>
    ChildOutcome,

    /// <summary>A signal.</summary>
    Signal,

    /// <summary>A request to cancel.</summary>
    Cancel,

    /// <summary>Ends a run at once.</summary>
    Terminate,
}

/// <summary>A message from one run to another. A repeat carries the same source, and takes no effect a second time.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.run-call")]
public sealed record RunCall
{
    /// <summary>What it is.</summary>
    [Id(0)] public required RunCallKind Kind { get; init; }

    /// <summary>The grain key of the sending instance.</summary>
    [Id(1)] public required string SourceKey { get; init; }

    /// <summary>The sending run.</summary>
    [Id(2)] public required Guid SourceRun { get; init; }

    /// <summary>The number of its command.</summary>
    [Id(3)] public long SourceCommand { get; init; }

    /// <summary>The run that is meant, with what it continues as; of an outcome, that run alone.</summary>
    [Id(4)] public Guid? TargetRun { get; init; }

    /// <summary>A signal's name, or a child's workflow type.</summary>
    [Id(5)] public string? Name { get; init; }

    /// <summary>A signal's arguments, or a child's input.</summary>
    [Id(6)] public Payload[]? Arguments { get; init; }

    /// <summary>Why.</summary>
    [Id(7)] public string? Reason { get; init; }

    /// <summary>How a child's id may be reused.</summary>
    [Id(8)] public WorkflowIdReusePolicy IdReuse { get; init; }

    /// <summary>The first of the runs of a child whose outcome this is.</summary>
    [Id(9)] public Guid? ChildRun { get; init; }

    /// <summary>How a child ended.</summary>
    [Id(10)] public WorkflowStatus Status { get; init; }

    /// <summary>A child's result.</summary>
    [Id(11)] public Payload? Result { get; init; }

    /// <summary>A child's failure.</summary>
    [Id(12)] public FailureInfo? Failure { get; init; }

    /// <summary>Whether it may have been delivered before.</summary>
    [Id(13)] public bool Repeated { get; init; }

    /// <summary>What is sent along, with a signal or to a child.</summary>
    [Id(14)] public Dictionary<string, string>? Headers { get; init; }

    /// <summary>A child's version and limits in time.</summary>
    [Id(15)] public RunCallStart? Start { get; init; }
}
