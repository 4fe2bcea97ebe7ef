using Orchestration.Grains.Activities;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Grains.Workflows.Turns;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Requests;

/// <summary>
/// Activities that are completed from outside, and what clients ask of activities. Each is answered once it is durable, and a
/// repeat as it was (invariants 1 and 8).
/// </summary>
internal sealed class ActivityRequests(IInstance instance, WorkflowServices services)
{
    private DateTimeOffset Now => services.Clock.GetUtcNow();

    /// <summary>Ends an attempt from outside, or notes that it is alive.</summary>
    public async Task<OutsideReply> ReportOutsideAsync(OutsideReport report)
    {
        if (report.Value is { } value && value.Data.Length > services.Options.MaximumPayloadBytes)
        {
            return new OutsideReply(WorkflowFaults.TooLarge(
                "result or details", value.Data.Length, services.Options.MaximumPayloadBytes));
        }

        var by = new RequestId(report.Request.Client, report.Request.Number);
        var run = new RunId(report.Id.RunId);
        if (await FindRunAsync(run, report.Id.Command, by) is { } answer) return new OutsideReply(answer.Fault);
        if (instance.Open is not { } open) return new OutsideReply(WorkflowFaults.Moving);
        if (report.Kind == ActivityReportKind.Started) return await BeatOutsideAsync(open, report);
        ActivityOutcome? outcome = report.Kind switch
        {
            ActivityReportKind.Completed => new ActivityOutcome.Completed(report.Value ?? Payload.Null),
            ActivityReportKind.Failed when report.Failure is not null => new ActivityOutcome.Failed(report.Failure),
            ActivityReportKind.Canceled when report.Failure is not null => new ActivityOutcome.Canceled(report.Failure),
            _ => null,
        };
        if (outcome is null) return new OutsideReply(WorkflowFaults.Invalid($"No activity ends as {report.Kind} from outside."));
        var fault = await AskAsync(open, new EndOutside(report.Id.Command, report.Id.Attempt, outcome, by));
        if (fault is null && !open.Run.HasTaken(by)) fault = NotPending(report.Id.Command, report.Id.Attempt);
        return new OutsideReply(fault);
    }

    /// <summary>Pauses, resumes, resets or changes an activity.</summary>
    public async Task<ControlReply> ControlActivityAsync(ActivityControlRequest request)
    {
        if (request.Reason is { Length: > 10_000 })
            return new ControlReply(WorkflowFaults.Invalid("A reason has at most 10000 characters."), Guid.Empty, default);
        var by = new RequestId(request.Request.Client, request.Request.Number);
        ActivityControl asked;
        try
        {
            asked = ToStimulus(request, by);
        }
        catch (InvalidRequest e)
        {
            return new ControlReply(WorkflowFaults.Of(e), Guid.Empty, default);
        }

        if (await FindRunAsync(request.RunId is { } wanted ? new RunId(wanted) : null, request.Command, by) is { } answer)
            return new ControlReply(answer.Fault, instance.LatestRun?.Value ?? Guid.Empty, default);
        if (instance.Open is not { } open) return new ControlReply(WorkflowFaults.Moving, Guid.Empty, default);
        var run = open.Key.RunId.Value;
        if (open.Run.FindActivity(request.Command) is { IsLocal: true } && !open.Run.HasTaken(by))
            return new ControlReply(WorkflowFaults.Invalid("A local activity cannot be paused, reset or changed."), run, default);
        var fault = await AskAsync(open, asked);
        if (fault is null && !open.Run.HasTaken(by) && open.Run.FindActivity(request.Command) is null)
            fault = NotPending(request.Command, null);
        return new ControlReply(fault, run, open.Run.Status);
    }

    private async Task<OutsideReply> BeatOutsideAsync(OpenRun open, OutsideReport report)
    {
        var (command, attempt) = (report.Id.Command, report.Id.Attempt);
        if (instance.IsTurning) await instance.Turns; // what a turn changes is not to be seen before it is durable
        if (Current(open, command, attempt) is null) return new OutsideReply(NotPending(command, attempt));
        var at = Now;
        try
        {
            var details = report.Value;
            if (details is null && await services.Reader.FindHeartbeatAsync(open, command) is { } before)
                details = OutsideBeats.DetailsOf(before.Details); // a mere sign of life keeps what was there
            await services.Writer.SaveHeartbeatAsync(
                open, new HeartbeatRecord(command, attempt, OutsideBeats.Keep(details, at)));
        }
        catch (StoreUnavailable e)
        {
            return new OutsideReply(WorkflowFaults.Engine(new EngineFault(FaultCodes.StoreUnavailable, e.Message)));
        }

        if (await AskAsync(open, new BeatOutside(command, attempt, at)) is { } fault) return new OutsideReply(fault);
        return Current(open, command, attempt) is { } now
            ? new OutsideReply(
                null, now.CancelRequested ? ActivityCancellationReason.Requested : default, now.PausedAt is not null)
            : new OutsideReply(NotPending(command, attempt));
    }

    private static PendingActivity? Current(OpenRun open, long command, int attempt) =>
        open.Run.FindActivity(command) is { } pending && pending.Attempt == attempt && !pending.IsLocal ? pending : null;

    /// <summary>Brings the run that a request is about into memory.</summary>
    /// <returns>
    /// The answer, where there is one already: no such run, or one that has ended, whose history tells whether the request took
    /// effect. Null where the run is open.
    /// </returns>
    private async Task<(Fault? Fault, bool Taken)?> FindRunAsync(RunId? wanted, long command, RequestId by)
    {
        await instance.EnsureKnownAsync();
        if (instance.LatestRun is not { } latest) return (instance.Unknown(wanted?.Value), false);
        if (instance.Closed is null && (wanted is null || wanted == latest))
        {
            if (await instance.EnsureOpenAsync() is { } fault) return (fault, false);
            if (instance.Open is not null) return null;
        }

        if (await services.Reader.FindAsync(instance.Key, wanted ?? latest) is not { } record)
            return (WorkflowFaults.NotFound(instance.Key, wanted?.Value), false);
        if (record.Summary.State != RunState.Closed) return (WorkflowFaults.Moving, false);
        return await HasTakenAsync(record, by) ? (null, true) : (NotPending(command, null), false);
    }

    private async Task<Fault?> AskAsync(OpenRun open, Stimulus stimulus)
    {
        if (instance.IsLeaving || instance.Open != open) return WorkflowFaults.Moving;
        return await instance.PostAsync(stimulus) switch
        {
            InboxOutcome.NotOwner => WorkflowFaults.Moving,
            InboxOutcome.Stalled => WorkflowFaults.Invalid(
                "The run is stalled and takes nothing. Ask again once fitting code is deployed, or terminate it."),
            _ => null,
        };
    }

    // The run that took it may have ended by it, and its repeat is to be answered as it was.
    private async Task<bool> HasTakenAsync(RunRecord record, RequestId by)
    {
        var events = new List<HistoryEvent>();
        for (long? from = 1; from is not null;)
        {
            var page = await services.Reader.ReadPageAsync(record, from.Value);
            events.Clear();
            foreach (var batch in page.Batches) HistorySerializer.Read(batch.Body.Span, batch.Format, events);
            if (events.Exists(e => RequestOf(e) == by)) return true;
            from = page.NextSequence;
        }

        return false;
    }

    private static RequestId? RequestOf(HistoryEvent happened) => happened switch
    {
        ActivityCompleted e => e.Request,
        ActivityEnded e => e.Request,
        ActivityRetryScheduled e => e.Request,
        ActivityPaused e => e.Request,
        ActivityResumed e => e.Request,
        ActivityReset e => e.Request,
        ActivityOptionsChanged e => e.Request,
        _ => null,
    };

    private static ActivityControl ToStimulus(ActivityControlRequest request, RequestId by)
    {
        switch (request.Kind)
        {
            case ActivityControlKind.Pause:
                return new PauseActivity(request.Command, request.Reason, by);
            case ActivityControlKind.Resume:
                return new ResumeActivity(request.Command, by);
            case ActivityControlKind.Reset:
                return new ResetActivity(request.Command, request.ClearDetails, by);
            case ActivityControlKind.Change when request.Change is { } change:
                var settings = new SettingsChange
                {
                    StartToClose = change.StartToClose,
                    ScheduleToClose = change.ScheduleToClose,
                    ScheduleToStart = change.ScheduleToStart,
                    Heartbeat = change.Heartbeat,
                    Retry = change.Retry,
                };
                settings.Check();
                return new ChangeActivityOptions(request.Command, settings, by);
            default:
                throw new InvalidRequest($"Nothing is known of {request.Kind}.");
        }
    }

    private static Fault NotPending(long command, int? attempt) => WorkflowFaults.NotPending(
        attempt is null
            ? $"Activity {command} is not pending: it has ended, or there never was such a one."
            : $"Attempt {attempt} of activity {command} is not pending: it has ended, or was followed by another one.");
}
