using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Runs;

namespace Orchestration.Grains.Workflows.Replies;

/// <summary>Descriptions of runs as they cross grain calls.</summary>
internal static class Descriptions
{
    /// <summary>An open run, with all that is pending.</summary>
    public static WorkflowDescription Of(OpenRun open, string silo)
    {
        var snapshot = open.Run.Describe();
        return new WorkflowDescription
        {
            Namespace = snapshot.Key.Namespace,
            WorkflowId = snapshot.Key.Id.Value,
            RunId = snapshot.RunId.Value,
            WorkflowType = snapshot.WorkflowType,
            Status = snapshot.Status,
            StartedAt = snapshot.StartedAt,
            ClosedAt = snapshot.ClosedAt,
            HistoryLength = snapshot.HistoryLength,
            HistoryBytes = open.Bytes,
            CancelRequested = snapshot.CancelRequested,
            NextWakeAt = open.Run.NextWakeAt,
            Activities = [.. snapshot.Activities.Select(Of)],
            Compensations = [.. snapshot.Compensations.Select(static c =>
                new CompensationDescription(c.Command, c.Saga, c.Name, c.State.ToString(), c.Failure))],
            Conditions = [.. snapshot.Conditions],
            Timers = [.. snapshot.Timers.Select(static t => new PendingTimerDescription(t.Command, t.DueAt))],
            Stall = Of(snapshot.Stall),
            Silo = silo,
            Version = snapshot.Version,
            DelayedUntil = snapshot.DelayedUntil,
            Deadline = snapshot.Deadline,
            Parent = Of(snapshot.Parent),
            ContinuedFrom = snapshot.ContinuedFrom?.Value,
            ContinuedTo = snapshot.ContinuedTo?.Value,
            Children = [.. snapshot.Children.Select(static c => new PendingChildDescription(
                c.Command, c.Key.Id.Value, c.RunId.Value, c.WorkflowType, c.IsStarted, c.Attempt, c.RetryAt, c.CancelRequested,
                c.LastFailure))],
            CustomStatus = snapshot.LatestStatus?.Status,
            Progress = snapshot.LatestStatus?.Progress is { } p ? new ProgressDescription(p.Done, p.Total, p.Message) : null,
            Tokens = [.. snapshot.Tokens.Select(static t => new PendingTokenDescription(t.Command, t.Name, t.CreatedAt))],
            Updates = [.. snapshot.Updates.Select(static u => new PendingUpdateDescription(u.UpdateId, u.Name))],
        };
    }

    /// <summary>Adds where a stored run comes from, and by which code.</summary>
    public static WorkflowDescription WithOrigin(WorkflowDescription description, RunStarted start) =>
        description with
        {
            Parent = Of(start.Parent),
            ContinuedFrom = start.ContinuedFrom?.Value,
            Version = WorkflowRun.VersionOf(start),
        };

    /// <summary>Adds what a run said last.</summary>
    public static WorkflowDescription WithStatus(WorkflowDescription description, StatusChange latest) => description with
    {
        CustomStatus = latest.Status,
        Progress = latest.Progress is { } p ? new ProgressDescription(p.Done, p.Total, p.Message) : null,
    };

    /// <summary>A run of which only the summary is at hand.</summary>
    public static WorkflowDescription Of(
        StoreKey key, string workflowType, DateTimeOffset startedAt, RunSummary summary, long events, long bytes, string? silo) =>
            new()
            {
                Namespace = key.Key.Namespace,
                WorkflowId = key.Key.Id.Value,
                RunId = key.RunId.Value,
                WorkflowType = workflowType,
                Status = summary.Status,
                StartedAt = startedAt,
                ClosedAt = summary.ClosedAt,
                HistoryLength = events,
                HistoryBytes = bytes,
                NextWakeAt = summary.WakeAt,
                Stall = Of(RunSummaries.StallOf(summary)),
                Silo = silo,
            };

    private static PendingActivityDescription Of(PendingActivity a) => new(
        a.Command, a.ActivityType, a.Attempt, a.Host, a.ScheduledAt, a.RetryAt, a.CancelRequested, a.LastFailure)
    {
        PausedAt = a.PausedAt,
        PauseReason = a.PauseReason,
        IsOutside = a.IsOutside,
        IsLocal = a.IsLocal,
        Compensates = a.Compensates,
        AttemptsCounted = a.AttemptsCounted,
        StartToClose = a.Settings?.StartToClose,
        ScheduleToClose = a.Settings?.ScheduleToClose,
        Heartbeat = a.Settings?.Heartbeat,
        MaximumAttempts = a.Settings?.Retry?.MaximumAttempts ?? 0,
    };

    private static ParentDescription? Of(ParentLink? parent) => parent is null
        ? null
        : new ParentDescription(parent.Key.Namespace, parent.Key.Id.Value, parent.RunId.Value);

    private static StallDescription? Of(Stall? stall) =>
        stall is null ? null : new StallDescription(stall.Code, stall.Message, stall.Expected, stall.Actual, stall.EventNumber);
}
