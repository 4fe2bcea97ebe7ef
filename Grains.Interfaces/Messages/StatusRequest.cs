using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Messages;

/// <summary>Asks what a run has said of itself since a cursor.</summary>
/// <param name="RunId">The run; null is the instance's latest one.</param>
/// <param name="Cursor">The last change that the caller knows; 0 for none.</param>
[GenerateSerializer, Immutable, Alias("orchestration.status-request")]
public sealed record StatusRequest([property: Id(0)] Guid? RunId, [property: Id(1)] long Cursor)
{
    /// <summary>Whether the ticket is for any change of the run, its history's growth included.</summary>
    [Id(2)] public bool Events { get; init; }
}

/// <summary>What a run has said of itself.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.status-reply")]
public sealed record StatusReply
{
    /// <summary>Why there is no answer.</summary>
    [Id(0)] public Fault? Fault { get; init; }

    /// <summary>The run.</summary>
    [Id(1)] public Guid RunId { get; init; }

    /// <summary>Where the run stands.</summary>
    [Id(2)] public WorkflowStatus Status { get; init; }

    /// <summary>The changes, oldest first.</summary>
    [Id(3)] public StatusItem[] Changes { get; init; } = [];

    /// <summary>Where to wait for more; null where there will be none.</summary>
    [Id(4)] public HubTicket? Hub { get; init; }

    /// <summary>The run that continues this one.</summary>
    [Id(5)] public Guid? ContinuedTo { get; init; }

    /// <summary>How many history events it has.</summary>
    [Id(6)] public long HistoryLength { get; init; }
}

/// <summary>One thing that a run has said of itself.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.status-item")]
public sealed record StatusItem(
    [property: Id(0)] long Cursor,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] Payload? Status,
    [property: Id(3)] double? Done,
    [property: Id(4)] double? Total,
    [property: Id(5)] string? Message);
