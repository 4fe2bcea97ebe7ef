using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.History;

/// <summary>Workflow code signalled another workflow, or a child.</summary>
public sealed record ExternalSignalRequested : HistoryEvent
{
    /// <summary>The command's number in the run.</summary>
    public required long Command { get; init; }

    /// <summary>The receiver.</summary>
    public required WorkflowKey Key { get; init; }

    /// <summary>The run that is meant, with what it continues as; null: the receiver's latest, see <see
    /// cref="ExternalBound"/>.</summary>
    public RunId? RunId { get; init; }

    /// <summary>The signal's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its arguments, in order.</summary>
    public required IReadOnlyList<Payload> Arguments { get; init; }

    /// <summary>What its sender sent along.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}

/// <summary>Workflow code asked another workflow, or a child, to cancel.</summary>
public sealed record ExternalCancelRequested : HistoryEvent
{
    /// <summary>The command's number in the run.</summary>
    public required long Command { get; init; }

    /// <summary>The receiver.</summary>
    public required WorkflowKey Key { get; init; }

    /// <summary>The run that is meant, with what it continues as; null: the receiver's latest, see <see
    /// cref="ExternalBound"/>.</summary>
    public RunId? RunId { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }
}

/// <summary>Which run of the receiver the message is for: from here on it goes to no other.</summary>
public sealed record ExternalBound : HistoryEvent
{
    /// <summary>The message's command number.</summary>
    public required long Command { get; init; }

    /// <summary>The first of the chain of runs that it is for.</summary>
    public required RunId RunId { get; init; }
}

/// <summary>The receiver has the message durably.</summary>
public sealed record ExternalDelivered : HistoryEvent
{
    /// <summary>The message's command number.</summary>
    public required long Command { get; init; }
}

/// <summary>The message has no effect at the receiver, and is not repeated.</summary>
public sealed record ExternalFailed : HistoryEvent
{
    /// <summary>The message's command number.</summary>
    public required long Command { get; init; }

    /// <summary>Why.</summary>
    public required ExternalProblem Problem { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Message { get; init; }
}

/// <summary>A message that an earlier run of the instance left behind has been taken.</summary>
public sealed record OwedSettled : HistoryEvent
{
    /// <summary>Its place among the messages that the run took over, from 1.</summary>
    public required int Owed { get; init; }
}
