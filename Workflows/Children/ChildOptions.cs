namespace Orchestration.Workflows;

/// <summary>How a child workflow is run. Recorded with the child, so a change reaches only children that are started
/// afterwards.</summary>
public sealed record ChildOptions
{
    /// <summary>One attempt, terminated with its parent, told of cancellations.</summary>
    public static ChildOptions Default { get; } = new();

    /// <summary>What becomes of the child when its parent's run ends.</summary>
    public ParentClosePolicy ParentClosePolicy { get; init; }

    /// <summary>What a cancelled wait does with the running child.</summary>
    public ChildCancellationType CancellationType { get; init; }

    /// <summary>
    /// When and how often a child that failed is run again, as a new run of the same id. Null (the default): once. A child that
    /// was
    /// cancelled or terminated is not run again.
    /// </summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>Whether the child's id may have been used before by a run that has ended.</summary>
    public WorkflowIdReusePolicy IdReuse { get; init; }

    /// <summary>What cancels the child; default: the surrounding scope's or the workflow's own token.</summary>
    public CancellationToken? CancellationToken { get; init; }
}
