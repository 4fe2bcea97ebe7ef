using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.History;

/// <summary>Workflow code started a child. The run that it is to have is chosen here, so that its start can be
/// repeated.</summary>
public sealed record ChildScheduled : HistoryEvent
{
    /// <summary>The command's number in the run.</summary>
    public required long Command { get; init; }

    /// <summary>The child's instance.</summary>
    public required WorkflowKey Key { get; init; }

    /// <summary>The run of its first attempt.</summary>
    public required RunId RunId { get; init; }

    /// <summary>The workflow type's name.</summary>
    public required string WorkflowType { get; init; }

    /// <summary>Its input.</summary>
    public required Payload Input { get; init; }

    /// <summary>How it is run.</summary>
    public required ChildSettings Settings { get; init; }
}

/// <summary>The child's start is durable with the child.</summary>
public sealed record ChildStarted : HistoryEvent
{
    /// <summary>The child's command number.</summary>
    public required long Command { get; init; }

    /// <summary>Its run.</summary>
    public required RunId RunId { get; init; }
}

/// <summary>The child could not be started; nothing is there for it.</summary>
public sealed record ChildStartFailed : HistoryEvent
{
    /// <summary>The child's command number.</summary>
    public required long Command { get; init; }

    /// <summary>Why.</summary>
    public required ChildStartProblem Problem { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Message { get; init; }
}

/// <summary>A run of the child failed, and another one follows under the same id.</summary>
public sealed record ChildRetryScheduled : HistoryEvent
{
    /// <summary>The child's command number.</summary>
    public required long Command { get; init; }

    /// <summary>The attempt that follows, from 2.</summary>
    public required int Attempt { get; init; }

    /// <summary>Its run.</summary>
    public required RunId RunId { get; init; }

    /// <summary>When it is due.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Why the run before it failed.</summary>
    public FailureInfo? LastFailure { get; init; }
}

/// <summary>The child ended with a result.</summary>
public sealed record ChildCompleted : HistoryEvent
{
    /// <summary>The child's command number.</summary>
    public required long Command { get; init; }

    /// <summary>The result.</summary>
    public required Payload Result { get; init; }
}

/// <summary>The child ended without a result, and is not run again.</summary>
public sealed record ChildEnded : HistoryEvent
{
    /// <summary>The child's command number.</summary>
    public required long Command { get; init; }

    /// <summary>How it ended.</summary>
    public required WorkflowStatus Status { get; init; }

    /// <summary>The child's own failure.</summary>
    public required FailureInfo Failure { get; init; }
}

/// <summary>Workflow code cancelled the wait for a child.</summary>
public sealed record ChildCancelRequested : HistoryEvent
{
    /// <summary>The command's own number: the request is a message to the child.</summary>
    public required long Command { get; init; }

    /// <summary>The child's command number.</summary>
    public required long Child { get; init; }

    /// <summary>What becomes of the child and of the wait.</summary>
    public ChildCancellationType Cancellation { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }
}
