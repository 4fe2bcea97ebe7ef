using System.Collections.Immutable;
using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>How a run is started.</summary>
public sealed record StartOptions
{
    /// <summary>What callers get who give none.</summary>
    public static StartOptions Default { get; } = new();

    /// <summary>Whether the id may be started again after its run has ended.</summary>
    public WorkflowIdReusePolicy IdReuse { get; init; }

    /// <summary>What becomes of the start where an open run holds the id.</summary>
    public WorkflowIdConflictPolicy IdConflict { get; init; }

    /// <summary>
    /// The version of the workflow's code that the run, and those that continue it, shall have; null: the highest that is hosted,
    /// each time anew.
    /// </summary>
    public int? Version { get; init; }

    /// <summary>
    /// How long the run may take, from its first turn on. Then it is ended as timed out, at once and without its code; null: for
    /// ever.
    /// </summary>
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>As <see cref="RunTimeout"/>, of the run and all that continue it as new, in all.</summary>
    public TimeSpan? ExecutionTimeout { get; init; }

    /// <summary>
    /// How long the run's first turn waits. The run exists meanwhile and holds its id; its time limits count from its first turn.
    /// Signals wait with it and do not start it early; a signal or update with start does.
    /// </summary>
    public TimeSpan StartDelay { get; init; }

    /// <summary>
    /// Sent along with the run: seen by its code (<see cref="WorkflowContext.Headers"/>), its activities
    /// (<see cref="ActivityContext.Headers"/>) and interceptors, and handed on to children and to runs that continue it. At most
    /// 64, of 16,384 characters in all; stored in the clear.
    /// </summary>
    public ImmutableDictionary<string, string> Headers { get; init; } = ImmutableDictionary<string, string>.Empty;
}
