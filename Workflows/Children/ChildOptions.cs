using System.Collections.Immutable;

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

    /// <summary>The version of the child's code, for its runs and those that continue them; null: the highest.</summary>
    public int? Version { get; init; }

    /// <summary>
    /// How long each run of the child may take, one that continues it as new or follows a failed one again; null: no limit.
    /// </summary>
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>
    /// How long the child may take in all, retries and continuations as new included, from its first turn on; null: no limit.
    /// </summary>
    public TimeSpan? ExecutionTimeout { get; init; }

    /// <summary>How long the child's first turn waits; its start is known at once.</summary>
    public TimeSpan? StartDelay { get; init; }

    /// <summary>What the child gets beyond its parent's own headers; of equal names, these win.</summary>
    public ImmutableDictionary<string, string> Headers { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What cancels the child; default: the surrounding scope's or the workflow's own token.</summary>
    public CancellationToken? CancellationToken { get; init; }
}
