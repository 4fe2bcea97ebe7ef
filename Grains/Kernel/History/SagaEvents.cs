using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.History;

/// <summary>Workflow code registered what undoes a step of a saga, before the step.</summary>
public sealed record CompensationRegistered : HistoryEvent
{
    /// <summary>The command's number in the run.</summary>
    public required long Command { get; init; }

    /// <summary>The saga, by the number of its first compensation.</summary>
    public required long Saga { get; init; }

    /// <summary>What people call it; not compared on replay.</summary>
    public required string Name { get; init; }
}

/// <summary>A compensation began.</summary>
public sealed record CompensationStarted : HistoryEvent
{
    /// <summary>The compensation's command number.</summary>
    public required long Command { get; init; }
}

/// <summary>A compensation ended: done, or failed for good.</summary>
public sealed record CompensationEnded : HistoryEvent
{
    /// <summary>The compensation's command number.</summary>
    public required long Command { get; init; }

    /// <summary>Why it could not be done; null where it was.</summary>
    public FailureInfo? Failure { get; init; }
}

/// <summary>A saga ended well: its compensations are not needed any more.</summary>
public sealed record SagaCompleted : HistoryEvent
{
    /// <summary>The saga, by the number of its first compensation.</summary>
    public required long Saga { get; init; }
}
