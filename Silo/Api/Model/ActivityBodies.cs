using System.ComponentModel;
using Orchestration.Silo.Api.Values;
using Orchestration.Workflows;

namespace Orchestration.Silo.Api.Model;

/// <summary>Controls an activity.</summary>
internal sealed record ActivityControlBody
{
    [Description("The run; the latest unless given.")]
    public string? RunId { get; init; }

    [Description("Why it is paused.")]
    public string? Reason { get; init; }

    [Description("Whether a reset forgets what earlier attempts reported.")]
    public bool ClearHeartbeatDetails { get; init; }
}

/// <summary>Ends an attempt from outside, or says that it is alive.</summary>
internal sealed record AttemptBody
{
    [Description("The attempt's token.")]
    public string? Token { get; init; }

    [Description("The result of a completed one.")]
    public UserValue? Result { get; init; }

    [Description("Where an attempt that is alive stands.")]
    public UserValue? Details { get; init; }

    [Description("Why a cancelled one ends.")]
    public string? Reason { get; init; }

    [Description("Why a failed one failed.")]
    public AttemptFailureBody? Failure { get; init; }
}

/// <summary>Why an attempt failed.</summary>
internal sealed record AttemptFailureBody
{
    [Description("What happened.")]
    public required string Message { get; init; }

    [Description("A name by which callers and retry policies know it.")]
    public string? Type { get; init; }

    [Description("Whether another attempt would be in vain.")]
    public bool NonRetryable { get; init; }

    [Description("The wait before the next attempt, instead of the policy's.")]
    public double? NextRetryDelaySeconds { get; init; }

    [Description("Details that callers can read.")]
    public UserValue? Details { get; init; }

    /// <summary>The failure as it is recorded.</summary>
    public FailureInfo ToInfo() => new()
    {
        Kind = FailureKind.Application, Message = Message, Type = Type ?? "RemoteFailure", NonRetryable = NonRetryable,
        NextRetryDelay = NextRetryDelaySeconds is { } s ? TimeSpan.FromSeconds(s) : null, Details = Details?.Payload,
    };

    /// <summary>The exception that the client's library sends.</summary>
    public ApplicationFailure ToException() => new(
        Message, Type ?? "RemoteFailure", NonRetryable, NextRetryDelaySeconds is { } s ? TimeSpan.FromSeconds(s) : null,
        Details?.Payload);
}

/// <summary>What an attempt that is alive learns.</summary>
internal sealed record HeartbeatModel
{
    [Description("Whether the workflow wants the attempt to end.")]
    public required bool CancelRequested { get; init; }

    [Description("Why.")]
    public ActivityCancellationReason? Reason { get; init; }

    [Description("Whether the activity is paused: this attempt may end, and no other one begins.")]
    public bool IsPaused { get; init; }
}

/// <summary>Completes or rejects what a workflow's code waits for by a token.</summary>
internal sealed record TokenBody
{
    [Description("The token.")]
    public string? Token { get; init; }

    [Description("The answer of a completed one.")]
    public UserValue? Value { get; init; }

    [Description("Why it is rejected.")]
    public string? Reason { get; init; }
}
