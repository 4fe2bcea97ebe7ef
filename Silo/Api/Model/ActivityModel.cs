using System.ComponentModel;
using Orchestration.Grains.Interfaces.Workflows;

namespace Orchestration.Silo.Api.Model;

/// <summary>An activity that has not ended.</summary>
internal sealed record ActivityModel
{
    [Description("The number of its command, by which it is controlled.")]
    public required long Command { get; init; }

    [Description("The activity's name.")]
    public required string Type { get; init; }

    [Description("The number of the current attempt.")]
    public int Attempt { get; init; }

    [Description("How many attempts the retry policy has counted.")]
    public int AttemptsCounted { get; init; }

    [Description("How many attempts it may have; 0 is without limit.")]
    public int MaximumAttempts { get; init; }

    [Description("The silo that the attempt was given to.")]
    public required string Host { get; init; }

    [Description("When it was called.")]
    public required DateTimeOffset ScheduledAt { get; init; }

    [Description("When the next attempt is due, where one is waited for.")]
    public DateTimeOffset? RetryAt { get; init; }

    [Description("Whether the workflow wants it to end.")]
    public bool CancelRequested { get; init; }

    [Description("Why the attempt before failed.")]
    public FailureModel? LastFailure { get; init; }

    [Description("Since when it is paused.")]
    public DateTimeOffset? PausedAt { get; init; }

    [Description("Why it is paused.")]
    public string? PauseReason { get; init; }

    [Description("Whether its attempt ends from outside.")]
    public bool IsOutside { get; init; }

    [Description("Whether it runs where the run is, within a turn.")]
    public bool IsLocal { get; init; }

    [Description("The compensation that it is part of; 0 for none.")]
    public long Compensates { get; init; }

    [Description("How long one attempt may run.")]
    public double? StartToCloseSeconds { get; init; }

    [Description("How long it may take in all.")]
    public double? ScheduleToCloseSeconds { get; init; }

    [Description("How long it may go without a heartbeat.")]
    public double? HeartbeatSeconds { get; init; }

    /// <summary>The model of a pending activity.</summary>
    public static ActivityModel Of(PendingActivityDescription a) => new()
    {
        Command = a.Command,
        Type = a.ActivityType,
        Attempt = a.Attempt,
        AttemptsCounted = a.AttemptsCounted,
        MaximumAttempts = a.MaximumAttempts,
        Host = a.Host,
        ScheduledAt = a.ScheduledAt,
        RetryAt = a.RetryAt,
        CancelRequested = a.CancelRequested,
        LastFailure = FailureModel.Of(a.LastFailure),
        PausedAt = a.PausedAt,
        PauseReason = a.PauseReason,
        IsOutside = a.IsOutside,
        IsLocal = a.IsLocal,
        Compensates = a.Compensates,
        StartToCloseSeconds = a.StartToClose?.TotalSeconds,
        ScheduleToCloseSeconds = a.ScheduleToClose?.TotalSeconds,
        HeartbeatSeconds = a.Heartbeat?.TotalSeconds,
    };
}

/// <summary>The activities of a run that have not ended.</summary>
internal sealed record ActivitiesModel(string RunId, IReadOnlyList<ActivityModel> Activities);
