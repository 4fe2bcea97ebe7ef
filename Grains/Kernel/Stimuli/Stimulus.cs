using Orchestration.Grains.Kernel.History;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Stimuli;

/// <summary>
/// Something that reaches a run from outside. One at a time is applied, and user code drained after each, so that how stimuli
/// were batched into turns cannot be observed. A stimulus may come twice or late: one that changes nothing yields no event.
/// </summary>
public abstract record Stimulus
{
    /// <summary>Whether it is for the instance, so that the run that continues another as new takes it where the other came too
    /// late; else it is for one run alone.</summary>
    public virtual bool IsForInstance => false;
}

/// <summary>Starts the run; the first stimulus, once.</summary>
public sealed record StartRun(
    WorkflowKey Key, RunId RunId, string WorkflowType, Payload Input, long Seed, RequestId? Request, string? TraceParent)
        : Stimulus
{
    /// <summary>The run that starts this one as its child.</summary>
    public ParentLink? Parent { get; init; }

    /// <summary>The run that this one continues.</summary>
    public RunId? ContinuedFrom { get; init; }

    /// <summary>The first of the chain of runs that this one continues; null: this one.</summary>
    public RunId? FirstRun { get; init; }

    /// <summary>What the instance's run before this one hands on.</summary>
    public RunCarry? Carry { get; init; }

    /// <summary>The version of the code that is wanted, for this run and those that continue it; null: the highest.</summary>
    public int? Version { get; init; }

    /// <summary>How long the run may take, from its first turn on.</summary>
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>How long the run and those that continue it may take in all, from the first turn on.</summary>
    public TimeSpan? ExecutionTimeout { get; init; }

    /// <summary>When they must have ended, as the run that this one continues was given; before the timeout.</summary>
    public DateTimeOffset? ExecutionDeadline { get; init; }

    /// <summary>How long the first turn waits.</summary>
    public TimeSpan? StartDelay { get; init; }

    /// <summary>What the caller sent along.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>The instance's run before this one.</summary>
    public RunId? Previous { get; init; }

    /// <summary>Whether the run before this one has promised it durably: where it does not fit the code as deployed, it begins
    /// all the same, and stalls.</summary>
    public bool IsPromised { get; init; }
}

/// <summary>
/// Ends the delay of a start before its time (a signal or update with start does): the code begins. Without effect on a run
/// whose code has begun.
/// </summary>
public sealed record EndStartDelay(RequestId? Request) : Stimulus;

/// <summary>An attempt's outcome, as its host reports it.</summary>
public sealed record ReportActivity(long Command, int Attempt, ActivityOutcome Outcome) : Stimulus;

/// <summary>
/// Time has come to the turn's <c>now</c>: due timers, retries and timeouts happen, in order of due time, then of command number.
/// </summary>
public sealed record AdvanceTime : Stimulus
{
    /// <summary>The only one.</summary>
    public static AdvanceTime Instance { get; } = new();
}

/// <summary>A silo is gone: every attempt recorded on it is lost.</summary>
public sealed record LoseHost(string Host) : Stimulus;

/// <summary>One attempt is lost: its host is gone, or refused the dispatch for good.</summary>
/// <param name="Command">The activity's command number.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="NeverRan">True where the host is known not to have begun it: it is dispatched anew under the same number.</param>
/// <param name="AsOf">
/// The history's length when the host was asked: an attempt that a later event handed out is not meant, even under the same
/// number.
/// </param>
public sealed record LoseAttempt(long Command, int Attempt, bool NeverRan, long AsOf = long.MaxValue) : Stimulus;

/// <summary>An attempt was started by its host: the schedule-to-start timeout no longer applies. Not recorded.</summary>
public sealed record AttemptStarted(long Command, int Attempt) : Stimulus;

/// <summary>A message without an answer. Known by its request, or by its sender; a repeat yields no event.</summary>
/// <param name="Name">The signal's name.</param>
/// <param name="Arguments">Its arguments, in order.</param>
/// <param name="Request">The client request that sends it; null where a run does.</param>
/// <param name="Sender">The run that sends it; null where a client does.</param>
public sealed record SignalRun(string Name, IReadOnlyList<Payload> Arguments, RequestId? Request, MessageSource? Sender)
    : Stimulus
{
    /// <summary>Whether it is for this run alone, and not for one that continues it.</summary>
    public bool IsBound { get; init; }

    /// <summary>What its sender sent along.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <inheritdoc/>
    public override bool IsForInstance => !IsBound;
}

/// <summary>A message with an answer. Known by its id; a repeat yields no event.</summary>
/// <param name="UpdateId">The id that its sender gave it.</param>
/// <param name="Name">The update's name.</param>
/// <param name="Arguments">Its arguments, in order.</param>
public sealed record UpdateRun(string UpdateId, string Name, IReadOnlyList<Payload> Arguments) : Stimulus
{
    /// <summary>Whether it is for this run alone, and not for one that continues it.</summary>
    public bool IsBound { get; init; }

    /// <summary>The client request that sent it.</summary>
    public RequestId? Request { get; init; }

    /// <summary>What its sender sent along.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <inheritdoc/>
    public override bool IsForInstance => !IsBound;
}

/// <summary>Somebody completes a token, or rejects it.</summary>
/// <param name="Command">The token's command number.</param>
/// <param name="Secret">What proves that the sender has the token.</param>
/// <param name="Result">The answer.</param>
/// <param name="Failure">Why it is rejected; null where it is not.</param>
/// <param name="Request">The client request; a repeat yields no event.</param>
public sealed record CompleteToken(long Command, string Secret, Payload? Result, FailureInfo? Failure, RequestId? Request)
    : Stimulus;

/// <summary>Asks the run's code to cancel.</summary>
public sealed record RequestCancel(string? Reason, RequestId? Request) : Stimulus
{
    /// <summary>The run that asks, where it is one.</summary>
    public MessageSource? Sender { get; init; }

    /// <inheritdoc/>
    public override bool IsForInstance => true;
}

/// <summary>Ends the run at once, without its code.</summary>
public sealed record Terminate(string? Reason, RequestId? Request) : Stimulus
{
    /// <summary>The run that is to take its place.</summary>
    public PromisedRun? Next { get; init; }

    /// <inheritdoc/>
    public override bool IsForInstance => true;
}
