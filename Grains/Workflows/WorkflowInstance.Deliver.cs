using Orchestration.Grains.Interfaces;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Messaging;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Requests;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

// Messages of other runs: each is bound to a run (and what that continues as), and answered once what it changed is durable.
internal sealed partial class WorkflowInstance
{
    /// <summary>Starts the instance's run as another run's child; a repeat finds it by its run.</summary>
    public async Task<RunCallReply> StartChildAsync(RunCall call)
    {
        if (_tenure.IsLeaving || _services.Starts.Enter() is not null) return RunCallRequests.TryAgain;
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
            if (unhosted.Kind != FaultKind.UnknownWorkflowType) return RunCallRequests.TryAgain;
            return new RunCallReply(RunCallAnswer.UnknownType, null,
                $"no live silo hosts the workflow type '{type}'"
                + (call.Start?.Version is { } version ? $" in version {version}" : "") + $"; hosted are: {unhosted.Message}.");
        }

        var source = RunCalls.SourceOf(call);
        while (true)
        {
            while (_continued is { } continued) await continued.Task;
            if (_tenure.IsLeaving) return RunCallRequests.TryAgain;
            RunId? previous = null;
            if (LatestRun is { } latest)
            {
                if (await _services.Reader.FindAsync(_key, run) is not null) return RunCallRequests.Taken;
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
            if (outcome == AppendOutcome.Appended) return RunCallRequests.Taken;
            if (existing is null)
                return await _services.Reader.FindAsync(_key, run) is null ? RunCallRequests.TryAgain : RunCallRequests.Taken;
            await AdoptRecordAsync(existing);
        }
    }

    private static RunCallReply RefusalOf(Fault fault) => fault.Kind switch
    {
        FaultKind.InvalidRequest or FaultKind.PayloadTooLarge => new RunCallReply(RunCallAnswer.Refused, null, fault.Message),
        FaultKind.UnknownWorkflowType => new RunCallReply(RunCallAnswer.UnknownType, null, fault.Message),
        _ => RunCallRequests.TryAgain,
    };

    private RunCallReply Held(RunId run, string how) =>
        new(RunCallAnswer.AlreadyStarted, null, $"the id '{_key}' is taken: run {run} {how}.");
}
