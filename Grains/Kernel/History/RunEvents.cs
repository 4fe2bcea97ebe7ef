using System.Diagnostics.CodeAnalysis;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.History;

/// <summary>The first event of every run.</summary>
public sealed record RunStarted : HistoryEvent
{
    /// <summary>The instance.</summary>
    public required WorkflowKey Key { get; init; }

    /// <summary>The run.</summary>
    public required RunId RunId { get; init; }

    /// <summary>The workflow type's name.</summary>
    public required string WorkflowType { get; init; }

    /// <summary>The input.</summary>
    public required Payload Input { get; init; }

    /// <summary>Seeds the run's random numbers and GUIDs.</summary>
    public required long Seed { get; init; }

    /// <summary>The client request that started it, so that a repeat finds it.</summary>
    public RequestId? Request { get; init; }

    /// <summary>The W3C trace parent under which the run's spans hang.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Numbered engine behaviours that this run is replayed with; see <see cref="EngineBehaviors"/>.</summary>
    public int Flags { get; init; }

    /// <summary>The run that started this one as its child.</summary>
    public ParentLink? Parent { get; init; }

    /// <summary>The run that this one continues.</summary>
    public RunId? ContinuedFrom { get; init; }

    /// <summary>The first of the chain of runs that this one continues; null: this one.</summary>
    public RunId? FirstRun { get; init; }

    /// <summary>What the instance's run before this one handed on.</summary>
    public RunCarry? Carry { get; init; }

    /// <summary>The version of the workflow's code; 0, of runs that began before there were versions, is 1.</summary>
    public int Version { get; init; }

    /// <summary>Whether the start named the version: then runs that continue this one keep to it.</summary>
    public bool Pinned { get; init; }

    /// <summary>How long this run may take, from its first turn on; null: for ever.</summary>
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>When the run, and those that continue it, must have ended; null: never.</summary>
    public DateTimeOffset? ExecutionDeadline { get; init; }

    /// <summary>When its first turn is due; null: at once.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>What the start's caller sent along (a tenant, a correlation id), for activities and interceptors.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>From where on the run is told to continue as new, where that is not the engine's own default.</summary>
    public ContinueHint? Hint { get; init; }

    /// <summary>The instance's run before this one, so that a repeated start finds its run behind later ones.</summary>
    public RunId? Previous { get; init; }
}

/// <summary>The run's cancellation was asked for; its code decides what follows.</summary>
public sealed record RunCancelRequested : HistoryEvent
{
    /// <summary>Why, in the caller's words.</summary>
    public string? Reason { get; init; }

    /// <summary>The client request that asked.</summary>
    public RequestId? Request { get; init; }

    /// <summary>The run that asked.</summary>
    public MessageSource? Sender { get; init; }
}

/// <summary>The run ended with a result.</summary>
public sealed record RunCompleted : HistoryEvent
{
    /// <summary>The result.</summary>
    public required Payload Result { get; init; }
}

/// <summary>The run ended with a failure.</summary>
public sealed record RunFailed : HistoryEvent
{
    /// <summary>The failure.</summary>
    public required FailureInfo Failure { get; init; }
}

/// <summary>The run ended as cancelled: its code let the cancellation escape after it was requested.</summary>
public sealed record RunCanceled : HistoryEvent
{
    /// <summary>The cancellation that escaped.</summary>
    public required FailureInfo Failure { get; init; }
}

/// <summary>The run was ended from outside, at once and without its code.</summary>
public sealed record RunTerminated : HistoryEvent
{
    /// <summary>Why, in the caller's words.</summary>
    public string? Reason { get; init; }

    /// <summary>The client request that asked.</summary>
    public RequestId? Request { get; init; }

    /// <summary>The run that takes its place, where a start ended it for that; it takes over what the ended one owes.</summary>
    public PromisedRun? Next { get; init; }
}

/// <summary>The run ended, and the instance goes on as a new run. What the new run begins with is all here.</summary>
[SuppressMessage("Naming", "CA1711", Justification = "It is the field's term, and no new form of another type.")]
public sealed record RunContinuedAsNew : HistoryEvent
{
    /// <summary>The new run.</summary>
    public required RunId NewRunId { get; init; }

    /// <summary>Its workflow type.</summary>
    public required string WorkflowType { get; init; }

    /// <summary>Its input.</summary>
    public required Payload Input { get; init; }

    /// <summary>What it takes over.</summary>
    public RunCarry? Carry { get; init; }
}
