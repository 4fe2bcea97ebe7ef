using System.Text.Json.Serialization;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.History;

/// <summary>What a message between runs is.</summary>
public enum RunMessageKind
{
    /// <summary>Asks which run the receiver's latest is, so that what follows can be bound to it.</summary>
    Bind,

    /// <summary>Starts a child.</summary>
    StartChild,

    /// <summary>Tells a parent how its child ended.</summary>
    ChildOutcome,

    /// <summary>A signal.</summary>
    Signal,

    /// <summary>A request to cancel.</summary>
    Cancel,

    /// <summary>Ends a child at once.</summary>
    Terminate,
}

/// <summary>
/// A message from one run to another: an entry of the outbox. It is known by its source, repeated until it is answered, and
/// handed to
/// the run that follows on the instance where its own run has ended.
/// </summary>
public sealed record RunMessage
{
    /// <summary>What it is.</summary>
    public required RunMessageKind Kind { get; init; }

    /// <summary>The run that sent it, and the number of its command.</summary>
    public required MessageSource Source { get; init; }

    /// <summary>The receiver.</summary>
    public required WorkflowKey Target { get; init; }

    /// <summary>The receiver's run; with what it continues as, unless the message is an outcome. Null only while
    /// unbound.</summary>
    public RunId? TargetRun { get; init; }

    /// <summary>The number by which the sending run knows the answer; negative: the place among what it took over.</summary>
    [JsonIgnore]
    public long Number { get; init; }

    /// <summary>A signal's name, or the workflow type of a child.</summary>
    public string? Name { get; init; }

    /// <summary>A signal's arguments, or a child's input.</summary>
    public IReadOnlyList<Payload>? Arguments { get; init; }

    /// <summary>What is sent along, with a signal or to a child.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Which version a child gets, and its limits in time; null where nothing of it was asked for.</summary>
    public ChildStart? Start { get; init; }

    /// <summary>Why, of a cancellation or termination.</summary>
    public string? Reason { get; init; }

    /// <summary>How a child's id may be reused.</summary>
    public WorkflowIdReusePolicy IdReuse { get; init; }

    /// <summary>The first of the runs of a child whose outcome this is.</summary>
    public RunId? ChildRun { get; init; }

    /// <summary>How a child ended.</summary>
    public WorkflowStatus Status { get; init; }

    /// <summary>A child's result.</summary>
    public Payload? Result { get; init; }

    /// <summary>A child's failure.</summary>
    public FailureInfo? Failure { get; init; }
}
