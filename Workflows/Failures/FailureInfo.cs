namespace Orchestration.Workflows;

/// <summary>
/// A failure as data: what is stored in history and sent between silos. Never a serialised exception; no type is ever loaded by
/// <see cref="Type"/>.
/// </summary>
public sealed record FailureInfo
{
    /// <summary>What it is.</summary>
    public required FailureKind Kind { get; init; }

    /// <summary>What happened, in words.</summary>
    public required string Message { get; init; }

    /// <summary>The application's name for it, or the full name of the exception's type.</summary>
    public string? Type { get; init; }

    /// <summary>The stack trace as text.</summary>
    public string? StackTrace { get; init; }

    /// <summary>The failure behind it.</summary>
    public FailureInfo? Cause { get; init; }

    /// <summary>The application's details.</summary>
    public Payload? Details { get; init; }

    /// <summary>Whether another attempt would be in vain.</summary>
    public bool NonRetryable { get; init; }

    /// <summary>The wait before the next attempt, instead of the policy's.</summary>
    public TimeSpan? NextRetryDelay { get; init; }

    /// <summary>The limit that ran out, of a timeout.</summary>
    public TimeoutKind? Timeout { get; init; }

    /// <summary>The activity, of an activity's failure.</summary>
    public string? ActivityType { get; init; }

    /// <summary>The attempts made, of an activity's failure.</summary>
    public int Attempts { get; init; }

    /// <summary>The workflow, of a child's failure or of a message that did not arrive.</summary>
    public string? WorkflowId { get; init; }

    /// <summary>Its workflow type.</summary>
    public string? WorkflowType { get; init; }

    /// <summary>How it ended, of a child's failure, or of the run that an update was accepted by.</summary>
    public WorkflowStatus? Status { get; init; }

    /// <summary>The run that accepted the update, of one that did not finish.</summary>
    public RunId? RunId { get; init; }

    /// <summary>What could not be undone, of a saga's failure; each with the compensation's name as its type.</summary>
    public IReadOnlyList<FailureInfo>? Compensations { get; init; }
}
