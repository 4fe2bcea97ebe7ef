using System.ComponentModel;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Silo.Api.Values;
using Orchestration.Workflows;

namespace Orchestration.Silo.Api.Model;

/// <summary>A run as last committed.</summary>
internal sealed record WorkflowModel
{
    [Description("The namespace.")]
    public required string Namespace { get; init; }

    [Description("The workflow's id.")]
    public required string Id { get; init; }

    [Description("The run.")]
    public required string RunId { get; init; }

    [Description("The workflow type.")]
    public required string Type { get; init; }

    [Description("The version of its code; 0 where it is not at hand.")]
    public int Version { get; init; }

    [Description("Where it stands.")]
    public required WorkflowStatus Status { get; init; }

    [Description("When it started.")]
    public required DateTimeOffset StartedAt { get; init; }

    [Description("When it ended; null while it is open.")]
    public DateTimeOffset? ClosedAt { get; init; }

    [Description("How many history events it has.")]
    public long HistoryLength { get; init; }

    [Description("How many bytes they take.")]
    public long HistoryBytes { get; init; }

    [Description("Whether its cancellation was requested.")]
    public bool CancelRequested { get; init; }

    [Description("When it wakes next by itself; null where it waits for messages or outcomes only.")]
    public DateTimeOffset? NextWakeAt { get; init; }

    [Description("When its first turn is due, where that is delayed.")]
    public DateTimeOffset? DelayedUntil { get; init; }

    [Description("When its timeout ends it; null for never.")]
    public DateTimeOffset? Deadline { get; init; }

    [Description("The silo where it is in memory.")]
    public string? Silo { get; init; }

    [Description("What it waits for, in words, one a line; empty where it does not wait.")]
    public required IReadOnlyList<string> WaitsFor { get; init; }

    [Description("Why it cannot go on by its code as deployed.")]
    public StallModel? Stall { get; init; }

    [Description("Why it failed, was cancelled or ended from outside.")]
    public FailureModel? Failure { get; init; }

    [Description("What its code said of itself last.")]
    public UserValue? CustomStatus { get; init; }

    [Description("How far it has come, by its own account.")]
    public ProgressModel? Progress { get; init; }

    [Description("The run that started it as its child.")]
    public RunLinkModel? Parent { get; init; }

    [Description("The run that it continues.")]
    public string? ContinuedFrom { get; init; }

    [Description("The run that continues it.")]
    public string? ContinuedTo { get; init; }

    [Description("Activities that have not ended.")]
    public required IReadOnlyList<ActivityModel> Activities { get; init; }

    [Description("Timers that have not fired.")]
    public required IReadOnlyList<TimerModel> Timers { get; init; }

    [Description("The conditions that its code waits for, as the code has them.")]
    public required IReadOnlyList<string> Conditions { get; init; }

    [Description("Children that have not ended.")]
    public required IReadOnlyList<ChildModel> Children { get; init; }

    [Description("Compensations of sagas.")]
    public required IReadOnlyList<CompensationModel> Compensations { get; init; }

    [Description("Tokens that can be completed.")]
    public required IReadOnlyList<TokenModel> Tokens { get; init; }

    [Description("Updates that were accepted and have not finished.")]
    public required IReadOnlyList<UpdateModel> Updates { get; init; }

    /// <summary>The model of a description.</summary>
    public static WorkflowModel Of(WorkflowDescription d) => new()
    {
        Namespace = d.Namespace,
        Id = d.WorkflowId,
        RunId = d.RunId.ToString("N"),
        Type = d.WorkflowType,
        Version = d.Version,
        Status = d.Status,
        StartedAt = d.StartedAt,
        ClosedAt = d.ClosedAt,
        HistoryLength = d.HistoryLength,
        HistoryBytes = d.HistoryBytes,
        CancelRequested = d.CancelRequested,
        NextWakeAt = d.NextWakeAt,
        DelayedUntil = d.DelayedUntil,
        Deadline = d.Deadline,
        Silo = d.Silo,
        WaitsFor = Waiting.Of(d),
        Stall = d.Stall is { } s
            ? new StallModel(s.Code, s.Message, s.Expected, s.Actual, s.EventNumber, $"/docs/errors/{s.Code}") : null,
        Failure = FailureModel.Of(d.Failure),
        CustomStatus = UserValue.Of(d.CustomStatus),
        Progress = d.Progress is { } p ? new ProgressModel(p.Done, p.Total, p.Message) : null,
        Parent = d.Parent is { } parent
            ? new RunLinkModel(parent.Namespace, parent.WorkflowId, parent.RunId.ToString("N")) : null,
        ContinuedFrom = d.ContinuedFrom?.ToString("N"),
        ContinuedTo = d.ContinuedTo?.ToString("N"),
        Activities = [.. d.Activities.Select(ActivityModel.Of)],
        Timers = [.. d.Timers.Select(static t => new TimerModel(t.Command, t.DueAt))],
        Conditions = d.Conditions,
        Children = [.. d.Children.Select(static c => new ChildModel(
            c.Command, c.WorkflowId, c.RunId.ToString("N"), c.WorkflowType, c.IsStarted, c.Attempt, c.RetryAt,
            c.CancelRequested, FailureModel.Of(c.LastFailure)))],
        Compensations = [.. d.Compensations.Select(static c => new CompensationModel(
            c.Command, c.Saga, c.Name, c.State, FailureModel.Of(c.Failure)))],
        Tokens = [.. d.Tokens.Select(static t => new TokenModel(t.Command, t.Name, t.CreatedAt))],
        Updates = [.. d.Updates.Select(static u => new UpdateModel(u.UpdateId, u.Name))],
    };
}

/// <summary>Why a run is stalled.</summary>
internal sealed record StallModel(string Code, string Message, string? Expected, string? Actual, long EventNumber, string Page);

/// <summary>How far a run has come.</summary>
internal sealed record ProgressModel(double Done, double? Total, string? Message);

/// <summary>Names another run.</summary>
internal sealed record RunLinkModel(string Namespace, string Id, string RunId);

/// <summary>A timer that has not fired.</summary>
internal sealed record TimerModel(long Command, DateTimeOffset DueAt);

/// <summary>A child that has not ended.</summary>
internal sealed record ChildModel(
    long Command, string Id, string RunId, string Type, bool IsStarted, int Attempt, DateTimeOffset? RetryAt,
    bool CancelRequested, FailureModel? LastFailure);

/// <summary>What undoes a step of a saga.</summary>
internal sealed record CompensationModel(long Command, long Saga, string Name, string State, FailureModel? Failure);

/// <summary>A token that can be completed.</summary>
internal sealed record TokenModel(long Command, string Name, DateTimeOffset CreatedAt);

/// <summary>An update that has not finished.</summary>
internal sealed record UpdateModel(string UpdateId, string Name);
