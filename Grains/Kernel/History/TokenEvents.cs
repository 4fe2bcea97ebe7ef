using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.History;

/// <summary>Workflow code made a token that somebody outside is to complete.</summary>
public sealed record TokenCreated : HistoryEvent
{
    /// <summary>The command's number in the run.</summary>
    public required long Command { get; init; }

    /// <summary>What it is for.</summary>
    public required string Name { get; init; }

    /// <summary>What proves that somebody has the token: random.</summary>
    public required string Secret { get; init; }
}

/// <summary>Somebody completed a token, or rejected it.</summary>
public sealed record TokenCompleted : HistoryEvent
{
    /// <summary>The token's command number.</summary>
    public required long Command { get; init; }

    /// <summary>The answer; null where it was rejected.</summary>
    public Payload? Result { get; init; }

    /// <summary>Why it was rejected; null where it was not.</summary>
    public FailureInfo? Failure { get; init; }

    /// <summary>The client request that did it.</summary>
    public RequestId? Request { get; init; }
}

/// <summary>Workflow code took a token back before anybody completed it.</summary>
public sealed record TokenRevoked : HistoryEvent
{
    /// <summary>The token's command number.</summary>
    public required long Command { get; init; }
}
