using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.History;

/// <summary>An update passed its validator: from here on it is carried out, whatever happens.</summary>
public sealed record UpdateAccepted : HistoryEvent
{
    /// <summary>The update's id: a repeat of it gets the first one's outcome.</summary>
    public required string UpdateId { get; init; }

    /// <summary>The update's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its arguments, in order.</summary>
    public required IReadOnlyList<Payload> Arguments { get; init; }

    /// <summary>The client request that sent it: ids are the callers', who may use one anew for a later run.</summary>
    public RequestId? Request { get; init; }

    /// <summary>What its sender sent along.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}

/// <summary>An update's handler has finished.</summary>
public sealed record UpdateCompleted : HistoryEvent
{
    /// <summary>The update's id.</summary>
    public required string UpdateId { get; init; }

    /// <summary>Its result; null where it failed.</summary>
    public Payload? Result { get; init; }

    /// <summary>Why it failed; null where it did not.</summary>
    public FailureInfo? Failure { get; init; }
}
