using Orchestration.Grains.Interfaces;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Messages;
using Orchestration.Grains.Messaging;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Turns;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

// Messages of other runs: each is bound to a run (and what that continues as), and answered once what it changed is durable.
internal sealed partial class WorkflowInstance
{
    private static readonly RunCallReply TryAgain = new(RunCallAnswer.TryAgain);
    private static readonly RunCallReply Taken = new(RunCallAnswer.Taken);

    /// <summary>Takes messages of other runs, in order.</summary>
    public async Task<RunCallReply[]> DeliverAsync(RunCall[] calls)
    {
        var replies = new RunCallReply?[calls.Length];
        var waits = new Task<InboxOutcome>?[calls.Length];
        for (var i = 0; i < calls.Length; i++)
        {
            if (calls[i].Kind == RunCallKind.StartChild)
            {
                BeginTurns();
                replies[i] = await StartChildAsync(calls[i]);
            }
            else
            {
                (replies[i], waits[i]) = await TakeCallAsync(calls[i]);
            }

            if (replies[i]?.Answer == RunCallAnswer.TryAgain) break; // what follows waits for its turn
        }

        BeginTurns(); // one turn takes them all
        for (var i = 0; i < calls.Length; i++)
        {
            if (waits[i] is { } wait) replies[i] = await AnswerAsync(calls[i], wait);
            replies[i] ??= TryAgain;
        }

        return replies!;
    }

    private async Task<RunCallReply> AnswerAsync(RunCall call, Task<InboxOutcome> wait) => await wait switch
    {
        InboxOutcome.Committed => Taken,
        InboxOutcome.Closed => await EndedAsync(call),
        InboxOutcome.Rejected when _closed is not null => await EndedAsync(call),
        InboxOutcome.Rejected => new RunCallReply(RunCallAnswer.Refused, null, "its handler does not take such arguments."),
        _ => TryAgain,
    };

    private async Task<(RunCallReply?, Task<InboxOutcome>?)> TakeCallAsync(RunCall call)
    {
        await EnsureKnownAsync();
        if (_tenure.IsLeaving) return (TryAgain, null); // it may know of no run any more, which is not to say that there is none
        if (LatestRun is not { } latest) return (IsMissing ? Missing(call) : TryAgain, null);
        if (call.Kind == RunCallKind.ChildOutcome && latest.Value != call.TargetRun) return (await EndedAsync(call), null);
        if (_closed is null && await EnsureOpenAsync(_services.Suspects.IsEarly) is not null) return (TryAgain, null);
        if (call.Kind == RunCallKind.Bind)
        {
            if (_closed is not null && !await KnowsLatestAsync()) return (TryAgain, null);
            return (_closed is { } closed
                ? Closed(closed.Record.Key.RunId, closed.Record.Summary.Status)
                : _open is { } bound ? new RunCallReply(RunCallAnswer.Taken, bound.Run.FirstRun.Value) : TryAgain, null);
        }

        if (_closed is not null) return (await EndedAsync(call), null);
        if (_open is not { } open) return (TryAgain, null);
        if (call.Kind != RunCallKind.ChildOutcome && open.Run.FirstRun.Value != call.TargetRun && latest.Value != call.TargetRun)
            return (await EndedAsync(call), null);
        return ToStimulus(call) is { } stimulus ? (null, Gather(stimulus)) : (Taken, null);
    }

    /// <summary>The answer to a message whose run has ended, or was never there.</summary>
    private async Task<RunCallReply> EndedAsync(RunCall call)
    {
        if (!await KnowsLatestAsync()) return TryAgain; // another activation may have the run that is meant
        if (call.Kind is RunCallKind.Terminate or RunCallKind.ChildOutcome) return Taken; // nobody waits for it
        if (call.TargetRun is not { } target) return Missing(call);
        var run = new RunId(target);
        if (await _services.Reader.FindAsync(_key, run) is not { } record) return Missing(call);
        return await ReceivedMessages.ContainsAsync(
            _services.Reader, _key, run, RunCalls.SourceOf(call), call.Repeated ? null : Now - MessageLife.Longest)
                ? Taken
                : Closed(run, record.Summary.Status);
    }

    private static Stimulus? ToStimulus(RunCall call) => call.Kind switch
    {
        RunCallKind.Signal => new SignalRun(call.Name ?? "", call.Arguments ?? [], null, RunCalls.SourceOf(call))
        {
            Headers = call.Headers,
        },
        RunCallKind.Cancel => new RequestCancel(call.Reason, null) { Sender = RunCalls.SourceOf(call) },
        RunCallKind.Terminate => new Terminate(call.Reason, null),
        RunCallKind.ChildOutcome => new ReportChild(
            call.SourceCommand, new RunId(call.ChildRun ?? Guid.Empty), call.Status, call.Result, call.Failure),
        _ => null,
    };

    /// <summary>Starts the instance's run as another run's child; a repeat finds it by its run.</summary>
    private async Task<RunCallReply> StartChildAsync(RunCall call)
    {
        if (_tenure.IsLeaving || _services.Starts.Enter() is not null) return TryAgain;
        var committed = false;
        try
        {
            while (Starting is { } other) await other; // one start at a time
            _isStarting = true;
            try
            {
                var reply = await StartOneChildAsync(call);
                committed = reply.Answer == RunCallAnswer.Taken;
                return reply;
            }
            finally
            {
                EndStarting();
            }
        }
        finally
        {
            _services.Starts.Exit(committed);
        }
    }

    private async Task<RunCallReply> StartOneChildAsync(RunCall call)
    {
        var run = new RunId(call.TargetRun ?? Guid.Empty);
        var type = call.Name ?? "";
        if (await HostedFaultAsync(type, call.Start?.Version) is { } unhosted)
        {
            return unhosted.Kind != FaultKind.UnknownWorkflowType ? TryAgain : new RunCallReply(RunCallAnswer.UnknownType, null,
                $"no live silo hosts the workflow type '{type}'"
                + (call.Start?.Version is { } version ? $" in version {version}" : "") + $"; hosted are: {unhosted.Message}.");
        }

        var source = RunCalls.SourceOf(call);
        while (true)
        {
            while (_continued is { } continued) await continued.Task;
            if (_tenure.IsLeaving) return TryAgain;
            RunId? previous = null;
            if (LatestRun is { } latest)
            {
                if (await _services.Reader.FindAsync(_key, run) is not null) return Taken;
                if (_closed is not { } closed) return Held(latest, "is running");
                if (!MayReuse(call.IdReuse, closed.Record.Summary.Status))
                    return Held(latest, "has used it, and it may not be used again");
                previous = closed.Record.Key.RunId;
            }

            var start = new StartRun(_key, run, type, call.Arguments is [var input] ? input : Payload.Null,
                Chance.NextInt64(), null, null)
            {
                Parent = new ParentLink(source.Key, source.RunId, source.Command),
                Previous = previous,
                Carry = _debts?.TakeOver(),
                Headers = call.Headers,
                Version = call.Start?.Version,
                RunTimeout = call.Start?.RunTimeout,
                ExecutionTimeout = call.Start?.ExecutionTimeout,
                ExecutionDeadline = call.Start?.ExecutionDeadline,
                StartDelay = call.Start?.StartDelay,
            };
            var (outcome, fault, existing) = await CreateAsync(start, previous);
            if (fault is not null) return RefusalOf(fault);
            if (outcome == AppendOutcome.Appended) return Taken;
            if (existing is null) return await _services.Reader.FindAsync(_key, run) is null ? TryAgain : Taken;
            await AdoptRecordAsync(existing);
        }
    }

    private static RunCallReply RefusalOf(Fault fault) => fault.Kind switch
    {
        FaultKind.InvalidRequest or FaultKind.PayloadTooLarge => new RunCallReply(RunCallAnswer.Refused, null, fault.Message),
        FaultKind.UnknownWorkflowType => new RunCallReply(RunCallAnswer.UnknownType, null, fault.Message),
        _ => TryAgain,
    };

    private RunCallReply Held(RunId run, string how) =>
        new(RunCallAnswer.AlreadyStarted, null, $"the id '{_key}' is taken: run {run} {how}.");

    private static RunCallReply Missing(RunCall call) => call.Kind is RunCallKind.Terminate or RunCallKind.ChildOutcome
        ? Taken // nobody is left to hear of it
        : new RunCallReply(RunCallAnswer.NotFound, null, call.TargetRun is { } run
            ? $"there is no run {new RunId(run)} of it." : "there is no such workflow.");

    private static RunCallReply Closed(RunId run, WorkflowStatus status) =>
        new(RunCallAnswer.Closed, null, $"its run {run} has ended ({status}).");
}
