using System.ComponentModel;
using Orchestration.Silo.Api.Values;
using Orchestration.Workflows;

namespace Orchestration.Silo.Api.Model;

/// <summary>Sends a signal.</summary>
internal sealed record SignalBody
{
    [Description("Its arguments, in order.")]
    public IReadOnlyList<UserValue>? Arguments { get; init; }

    [Description("The run; the latest unless given.")]
    public string? RunId { get; init; }
}

/// <summary>Asks a query.</summary>
internal sealed record QueryBody
{
    [Description("Its arguments, in order.")]
    public IReadOnlyList<UserValue>? Arguments { get; init; }

    [Description("The run; the latest unless given.")]
    public string? RunId { get; init; }

    [Description("Whether the store is asked first whether the answering silo knows all that is durable.")]
    public bool Consistent { get; init; }
}

/// <summary>A query's answer.</summary>
internal sealed record QueryResultModel([property: Description("What the code answered.")] UserValue? Result);

/// <summary>Sends an update.</summary>
internal sealed record UpdateBody
{
    [Description("Its arguments, in order.")]
    public IReadOnlyList<UserValue>? Arguments { get; init; }

    [Description("The run; the latest unless given.")]
    public string? RunId { get; init; }

    [Description("Its id, by which its repeats are known and its outcome is asked for later.")]
    public string? UpdateId { get; init; }

    [Description("How long to wait for its outcome, 0 to 60; 20 unless given. 0 answers once it is accepted.")]
    public double? WaitSeconds { get; init; }
}

/// <summary>Where an update stands.</summary>
internal sealed record UpdateResultModel
{
    [Description("Its id.")]
    public required string UpdateId { get; init; }

    [Description("The run.")]
    public string? RunId { get; init; }

    [Description("Whether it has its outcome; else it is accepted, and its outcome can be asked for.")]
    public required bool IsCompleted { get; init; }

    [Description("Its result.")]
    public UserValue? Result { get; init; }
}

/// <summary>How a run ended, or that it has not.</summary>
internal sealed record ResultModel
{
    [Description("Where it stands.")]
    public required WorkflowStatus Status { get; init; }

    [Description("Whether it has ended.")]
    public required bool IsFinal { get; init; }

    [Description("The run that ended otherwise than with a result.")]
    public string? RunId { get; init; }

    [Description("The result of a completed run.")]
    public UserValue? Result { get; init; }

    [Description("Why it ended otherwise.")]
    public FailureModel? Failure { get; init; }
}

/// <summary>Cancels or terminates.</summary>
internal sealed record ControlBody
{
    [Description("Why, in the caller's words; recorded.")]
    public string? Reason { get; init; }

    [Description("The run; the latest unless given.")]
    public string? RunId { get; init; }
}
