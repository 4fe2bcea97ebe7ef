using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Messages;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Grains.Workflows.Starts;
using Orchestration.Grains.Workflows.Turns;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

// Updates: messages whose senders are told what they came to.
internal sealed partial class WorkflowInstance
{
    private const int MaximumUpdateIdLength = 200;

    private RunNews? _news; // most runs are of no news to anybody

    private RunNews News => _news ??= new RunNews(_services.Messages);

    /// <summary>Sends an update, or asks what became of one.</summary>
    public async Task<UpdateReply> UpdateAsync(UpdateRequest request)
    {
        if (CheckUpdate(request) is { } bad) return new UpdateReply { Fault = bad };
        await EnsureKnownAsync();
        if (LatestRun is not { } latest) return new UpdateReply { Fault = Unknown(request.RunId) };
        if (request.RunId is { } wanted && wanted != latest.Value)
            return await _services.StoredUpdates.OfClosedAsync(_key, request, new RunId(wanted));
        if (_closed is null && await EnsureOpenAsync(_services.Suspects.IsEarly) is { } fault)
            return new UpdateReply { Fault = fault };
        if (_closed is { } closed)
        {
            if (request.RunId is null && !await KnowsLatestAsync()) return new UpdateReply { Fault = WorkflowFaults.Moving };
            var ended = await _services.StoredUpdates.OfClosedAsync(_key, request, closed.Record.Key.RunId);
            return ended.Fault?.Kind == FaultKind.Closed && (request.IsRepeat || MessageLife.MayHaveReached(closed.Record, Now))
                ? await UpdateOfEarlierAsync(request) ?? ended : ended;
        }

        if (request.Name is null) return await AwaitUpdateAsync(request, latest, await BetweenTurnsAsync(LookUp));
        if (request.IsRepeat && _open is { } open && !open.Run.MayHaveTaken(request.UpdateId)
            && await _services.StoredUpdates.FindOlderAsync(_key, request, open.Run.ContinuedFrom, isKnown: false) is { } earlier)
            return earlier;
        if (_open is { } current && MessageLife.MayFollowOthers(current, Now))
        {
            if (await UpdateOfEarlierAsync(request) is { } taken) return taken;
            if (_open != current) return new UpdateReply { Fault = WorkflowFaults.Moving };
        }

        var entry = new InboxEntry(ToStimulus(request) with { IsBound = request.RunId is not null }, awaited: true);
        Enqueue(entry);
        BeginTurns();
        await entry.Done;
        return entry.Outcome switch
        {
            InboxOutcome.NotOwner => new UpdateReply { Fault = WorkflowFaults.Moving },
            InboxOutcome.Stalled => new UpdateReply { Fault = WorkflowFaults.Stalled(_open?.Run.Stall?.Message ?? "") },
            // Of a chain that went on meanwhile, it is the last run that did not take it.
            InboxOutcome.Closed when _closed is { } last => await _services.StoredUpdates.OfClosedAsync(
                _key, request, request.RunId is null ? last.Record.Key.RunId : latest),
            InboxOutcome.Closed => new UpdateReply { Fault = WorkflowFaults.Moving },
            InboxOutcome.Rejected => new UpdateReply { Fault = FaultOf(entry.Rejection!) },
            _ => await AwaitUpdateAsync(request, LatestRun ?? latest, entry.Update),
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
        return await WithStartAsync(
            request.Start,
            ToStimulus(update),
            request.IsRepeat,
            () => UpdateAsync(update),
            static reply => reply.Fault,
            static fault => new UpdateReply { Fault = fault },
            (_, _) => UpdateAsync(update)); // known by its id, whichever run has it
    }

    /// <summary>Messages the open run, or starts one with the message; goes around where the run ends in between.</summary>
    private async Task<TReply> WithStartAsync<TReply>(
        StartRequest start, Stimulus message, bool isRepeat, Func<Task<TReply>> send,
        Func<TReply, Fault?> faultOf, Func<Fault, TReply> fail, Func<StartReply, InboxEntry, Task<TReply>> started)
    {
        if (isRepeat) start = start with { IsRepeat = true };
        var joins = start.IdConflict != WorkflowIdConflictPolicy.TerminateExisting;
        for (var hasAsked = false; ;)
        {
            await EnsureKnownAsync();
            var mayBeTaken = joins && !hasAsked
                && (isRepeat || (_closed is { } ended && MessageLife.MayHaveReached(ended.Record, Now)
                    && (await FindTakenAsync(message, isRepeat: false)).Run is not null));
            if (joins && LatestRun is not null && (_closed is null || mayBeTaken))
            {
                // A repeat, or a copy that is late, may find that the run took the message and has ended since.
                hasAsked = true;
                if (_closed is null) await EndDelayAsync(new RequestId(start.Request.Client, start.Request.Number));
                var reply = await send();
                if (faultOf(reply) is not { Kind: FaultKind.Closed or FaultKind.NotFound }) return reply;
                if (_closed is null) continue;
            }

            var entry = new InboxEntry(message, awaited: true);
            var made = await StartAsync(start, entry);
            if (made.Fault is null) return await started(made, entry);
            if (made.Fault.Kind != FaultKind.AlreadyStarted || _closed is not null || LatestRun is null) return fail(made.Fault);
        }
    }

    /// <summary>
    /// A message with start has a run whose start is delayed begin, in the turn that takes the message; but not the repeat of the
    /// request that began it.
    /// </summary>
    private async Task EndDelayAsync(RequestId by)
    {
        if (await EnsureOpenAsync(_services.Suspects.IsEarly) is null
            && _open is { Run.IsDelayed: true } open && open.StartedBy != by)
            Enqueue(new InboxEntry(new EndStartDelay(by), awaited: false));
    }

    private async Task<UpdateReply> AwaitUpdateAsync(UpdateRequest request, RunId run, UpdateState? state)
    {
        if (state is null)
        {
            var takenBefore = _open is { } open && open.Key.RunId == run && open.Run.MayHaveTaken(request.UpdateId)
                ? await _services.StoredUpdates.FindOlderAsync(_key, request, open.Run.ContinuedFrom, isKnown: true) : null;
            return takenBefore ?? new UpdateReply
            {
                Fault = WorkflowFaults.Invalid($"The run knows no update '{request.UpdateId}'."),
            };
        }

        if (state.IsFaded) return await _services.StoredUpdates.ReadOutcomeAsync(_key, request, run);
        if (state.Completed is not null) return StoredUpdates.Completed(run, state);
        if (request.Wait <= TimeSpan.Zero) return Accepted(run, state);

        // At work: the outcome may be near, so it is waited for here. Else at the hub, which keeps nothing in memory.
        if (_open is { Run.IsRunnable: true } && !_tenure.IsLeaving)
        {
            await News.WaitForUpdateAsync(request.UpdateId, request.Wait);
            if (_closed is not null) return await _services.StoredUpdates.OfClosedAsync(_key, request, run);
            if (_open?.Key.RunId != run) return new UpdateReply { Fault = WorkflowFaults.Moving }; // it has continued as new
            state = await BetweenTurnsAsync(r => r.FindUpdate(request.UpdateId));
            if (_closed is not null) return await _services.StoredUpdates.OfClosedAsync(_key, request, run);
            if (state is null || _open?.Key.RunId != run) return new UpdateReply { Fault = WorkflowFaults.Moving };
            if (state.IsFaded) return await _services.StoredUpdates.ReadOutcomeAsync(_key, request, run);
        }

        return state.Completed is not null ? StoredUpdates.Completed(run, state) : Accepted(run, state);
    }

    /// <summary>What became of an update that a run took which has ended, whatever runs there were since.</summary>
    /// <returns>Null where none took it, as far as can be known.</returns>
    private async Task<UpdateReply?> UpdateOfEarlierAsync(UpdateRequest request)
    {
        if (request is not { Name: not null, Request: not null, RunId: null }) return null;
        var (run, fault) = await FindTakenAsync(ToStimulus(request), request.IsRepeat);
        if (fault is not null) return new UpdateReply { Fault = fault };
        if (run is not { } earlier) return null;
        var reply = await _services.StoredUpdates.OfClosedAsync(_key, request with { IsRepeat = true }, earlier);
        return reply.Fault is { Kind: FaultKind.Closed or FaultKind.NotFound } ? null : reply;
    }

    /// <summary>After a commit: who waits for an update that has finished is told.</summary>
    private void AnnounceMessages(OpenRun open, Turn turn)
    {
        if (turn.Events.Count == 0) return;
        if (_news is not null || RunNews.IsNews(_services.Messages, open)) News.Announce(open, turn);
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
        if (request.Wait < TimeSpan.Zero || request.Wait > LongestWait)
            return WorkflowFaults.Invalid($"An update may be waited for 0 to 20 s in one call, not {request.Wait}.");
        if (StartChecks.HeaderProblem(request.Headers) is { } wrong) return WorkflowFaults.Invalid(wrong);
        return PayloadFault(request.Arguments, $"arguments of update '{request.Name}'");
    }

    private UpdateReply Accepted(RunId run, UpdateState state) => new()
    {
        RunId = run.Value, Name = state.Name,
        Hub = _services.Messages.Ticket(run.Value, RunNews.TopicOf(state.UpdateId)),
    };
}
