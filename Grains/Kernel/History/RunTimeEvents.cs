using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.History;

/// <summary>The delay of a run's start has ended: its code begins.</summary>
public sealed record StartDelayEnded : HistoryEvent
{
    /// <summary>The client request that ended it before its time; null where its time came.</summary>
    public RequestId? Request { get; init; }
}

/// <summary>The run was ended by its run or execution timeout, at once and without its code.</summary>
public sealed record RunTimedOut : HistoryEvent
{
    /// <summary>Which limit ran out.</summary>
    public required FailureInfo Failure { get; init; }
}
