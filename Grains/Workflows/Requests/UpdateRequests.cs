using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Messages;
using Orchestration.Grains.Workflows.Replies;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Grains.Workflows.Starts;
using Orchestration.Grains.Workflows.Turns;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Requests;

/// <summary>
/// Updates: messages whose senders are told what they came to, once that is durable, and again for as long as the run's history
/// is kept (invariants 4 and 8).
/// </summary>
internal sealed class UpdateRequests(IInstance instance, WorkflowServices services)
{
    private const int MaximumUpdateIdLength = 200;

    private DateTimeOffset Now => services.Clock.GetUtcNow();

    /// <summary>Sends an update, or asks what became of one.</summary>
    public async Task<UpdateReply> UpdateAsync(UpdateRequest request)
    {
        if (CheckUpdate(request) is { } bad) return new UpdateReply { Fault = bad };
        await instance.EnsureKnownAsync();
        if (instance.LatestRun is not { } latest) return new UpdateReply { Fault = instance.Unknown(request.RunId) };
        if (request.RunId is { } wanted && wanted != latest.Value)
            return await services.StoredUpdates.OfClosedAsync(instance.Key, request, new RunId(wanted));
        if (instance.Closed is null && await instance.EnsureOpenAsync() is { } fault)
            return new UpdateReply { Fault = fault };
        if (instance.Closed is { } closed)
        {
            if (request.RunId is null && !await instance.KnowsLatestAsync())
                return new UpdateReply { Fault = WorkflowFaults.Moving };
            var ended = await services.StoredUpdates.OfClosedAsync(instance.Key, request, closed.Record.Key.RunId);
            return ended.Fault?.Kind == FaultKind.Closed && (request.IsRepeat || MessageLife.MayHaveReached(closed.Record, Now))
                ? await UpdateOfEarlierAsync(request) ?? ended : ended;
        }

        if (request.Name is null) return await AwaitUpdateAsync(request, latest, await instance.BetweenTurnsAsync(LookUp));
        if (request.IsRepeat && instance.Open is { } open && !open.Run.MayHaveTaken(request.UpdateId)
            && await FindOlderAsync(request, open, isKnown: false) is { } earlier) return earlier;
        if (instance.Open is { } current && MessageLife.MayFollowOthers(current, Now))
        {
            if (await UpdateOfEarlierAsync(request) is { } taken) return taken;
            if (instance.Open != current) return new UpdateReply { Fault = WorkflowFaults.Moving };
        }

        var entry = new InboxEntry(ToStimulus(request) with { IsBound = request.RunId is not null }, awaited: true);
        instance.Enqueue(entry);
        instance.BeginTurns();
        await entry.Done;
        return entry.Outcome switch
        {
            InboxOutcome.NotOwner => new UpdateReply { Fault = WorkflowFaults.Moving },
            InboxOutcome.Stalled => new UpdateReply { Fault = WorkflowFaults.Stalled(instance.Open?.Run.Stall?.Message ?? "") },
            // Of a chain that went on meanwhile, it is the last run that did not take it.
            InboxOutcome.Closed when instance.Closed is { } last => await services.StoredUpdates.OfClosedAsync(
                instance.Key, request, request.RunId is null ? last.Record.Key.RunId : latest),
            InboxOutcome.Closed => new UpdateReply { Fault = WorkflowFaults.Moving },
            InboxOutcome.Rejected => new UpdateReply { Fault = RequestFaults.Of(entry.Rejection!, instance) },
            _ => await AwaitUpdateAsync(request, instance.LatestRun ?? latest, entry.Update),
        };

        UpdateState? LookUp(WorkflowRun run) => run.FindUpdate(request.UpdateId);
    }

    /// <summary>Updates the open run, or starts one whose first commit has the update.</summary>
    public async Task<UpdateReply> UpdateWithStartAsync(UpdateWithStartRequest request)
    {
        var update = request.Update with
        {
            IsRepeat = request.Update.IsRepeat || request.IsRepeat,
            Request = request.Update.Request ?? request.Start.Request,
        };
        if (update.Name is null || CheckUpdate(update) is { })
            return new UpdateReply { Fault = CheckUpdate(update) ?? WorkflowFaults.Invalid("The update has no name.") };
        if (request.Start.IdConflict == WorkflowIdConflictPolicy.TerminateExisting)
            return new UpdateReply
            {
                Fault = WorkflowFaults.Invalid("An update with start cannot end the open run "
                + $"({nameof(WorkflowIdConflictPolicy.TerminateExisting)}): the new run's code has yet to judge the update. "
                + "Start the new run, then update it."),
            };
        return await new MessageWithStart(instance, services).SendAsync(
            request.Start,
            ToStimulus(update),
            request.IsRepeat,
            () => UpdateAsync(update),
            static reply => reply.Fault,
            static fault => new UpdateReply { Fault = fault },
            (_, _) => UpdateAsync(update)); // known by its id, whichever run has it
    }

    private Task<UpdateReply?> FindOlderAsync(UpdateRequest request, OpenRun open, bool isKnown) =>
        services.StoredUpdates.FindOlderAsync(instance.Key, request, open.Run.ContinuedFrom, isKnown);

    private async Task<UpdateReply> AwaitUpdateAsync(UpdateRequest request, RunId run, UpdateState? state)
    {
        if (state is null)
        {
            var takenBefore = instance.Open is { } open && open.Key.RunId == run && open.Run.MayHaveTaken(request.UpdateId)
                ? await FindOlderAsync(request, open, isKnown: true) : null;
            return takenBefore ?? new UpdateReply
            {
                Fault = WorkflowFaults.Invalid($"The run knows no update '{request.UpdateId}'."),
            };
        }

        if (state.IsFaded) return await services.StoredUpdates.ReadOutcomeAsync(instance.Key, request, run);
        if (state.Completed is not null) return StoredUpdates.Completed(run, state);
        if (request.Wait <= TimeSpan.Zero) return Accepted(run, state);

        // At work: the outcome may be near, so it is waited for here. Else at the hub, which keeps nothing in memory.
        if (instance.Open is { Run.IsRunnable: true } && !instance.IsLeaving)
        {
            await instance.News.WaitForUpdateAsync(request.UpdateId, request.Wait);
            if (instance.Closed is not null) return await services.StoredUpdates.OfClosedAsync(instance.Key, request, run);
            if (instance.Open?.Key.RunId != run) // it has continued as new
                return new UpdateReply { Fault = WorkflowFaults.Moving };
            state = await instance.BetweenTurnsAsync(r => r.FindUpdate(request.UpdateId));
            if (instance.Closed is not null) return await services.StoredUpdates.OfClosedAsync(instance.Key, request, run);
            if (state is null || instance.Open?.Key.RunId != run) return new UpdateReply { Fault = WorkflowFaults.Moving };
            if (state.IsFaded) return await services.StoredUpdates.ReadOutcomeAsync(instance.Key, request, run);
        }

        return state.Completed is not null ? StoredUpdates.Completed(run, state) : Accepted(run, state);
    }

    /// <summary>What became of an update that a run took which has ended, whatever runs there were since.</summary>
    /// <returns>Null where none took it, as far as can be known.</returns>
    private async Task<UpdateReply?> UpdateOfEarlierAsync(UpdateRequest request)
    {
        if (request is not { Name: not null, Request: not null, RunId: null }) return null;
        var (run, fault) = await instance.FindTakenAsync(ToStimulus(request), request.IsRepeat);
        if (fault is not null) return new UpdateReply { Fault = fault };
        if (run is not { } earlier) return null;
        var reply = await services.StoredUpdates.OfClosedAsync(instance.Key, request with { IsRepeat = true }, earlier);
        return reply.Fault is { Kind: FaultKind.Closed or FaultKind.NotFound } ? null : reply;
    }

    private static UpdateRun ToStimulus(UpdateRequest request) => new(request.UpdateId, request.Name!, request.Arguments)
    {
        Request = request.Request is { } by ? new RequestId(by.Client, by.Number) : null,
        Headers = request.Headers is { Count: > 0 } ? request.Headers : null,
    };

    private Fault? CheckUpdate(UpdateRequest request)
    {
        if (Identifiers.Problem(request.UpdateId, MaximumUpdateIdLength) is { } problem)
            return WorkflowFaults.Invalid($"'{request.UpdateId}' is no update id: {problem}");
        if (request.Name is { } name && Identifiers.Problem(name, HandlerNames.MaximumLength) is { } bad)
            return WorkflowFaults.Invalid($"'{name}' is no update name: {bad}");
        if (request.Wait < TimeSpan.Zero || request.Wait > ResultWaiters.LongestWait)
            return WorkflowFaults.Invalid($"An update may be waited for 0 to 20 s in one call, not {request.Wait}.");
        if (StartChecks.HeaderProblem(request.Headers) is { } wrong) return WorkflowFaults.Invalid(wrong);
        return RequestFaults.TooLarge(services.Options, request.Arguments, $"arguments of update '{request.Name}'");
    }

    private UpdateReply Accepted(RunId run, UpdateState state) => new()
    {
        RunId = run.Value, Name = state.Name,
        Hub = services.Messages.Ticket(run.Value, RunNews.TopicOf(state.UpdateId)),
    };
}
