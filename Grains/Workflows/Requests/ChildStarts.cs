using Orchestration.Grains.Interfaces;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Messaging;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Starts;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Requests;

/// <summary>Starts of runs as children of others: each once, which a repeat finds by its run (invariant 7).</summary>
internal sealed class ChildStarts(IStartedInstance instance, WorkflowServices services)
{
    /// <summary>Starts the instance's run as another run's child.</summary>
    public async Task<RunCallReply> StartAsync(RunCall call)
    {
        if (instance.IsLeaving || services.Starts.Enter() is not null) return RunCallRequests.TryAgain;
        var committed = false;
        try
        {
            while (instance.Starting is { } other) await other; // one start at a time
            instance.BeginStarting();
            try
            {
                var reply = await StartOneAsync(call);
                committed = reply.Answer == RunCallAnswer.Taken;
                return reply;
            }
            finally
            {
                instance.EndStarting();
            }
        }
        finally
        {
            services.Starts.Exit(committed);
        }
    }

    private async Task<RunCallReply> StartOneAsync(RunCall call)
    {
        var run = new RunId(call.TargetRun ?? Guid.Empty);
        var type = call.Name ?? "";
        if (await instance.HostedFaultAsync(type, call.Start?.Version) is { } unhosted)
        {
            if (unhosted.Kind != FaultKind.UnknownWorkflowType) return RunCallRequests.TryAgain;
            return new RunCallReply(RunCallAnswer.UnknownType, null,
                $"no live silo hosts the workflow type '{type}'"
                + (call.Start?.Version is { } version ? $" in version {version}" : "") + $"; hosted are: {unhosted.Message}.");
        }

        var source = RunCalls.SourceOf(call);
        while (true)
        {
            while (instance.Continuing is { } continued) await continued;
            if (instance.IsLeaving) return RunCallRequests.TryAgain;
            RunId? previous = null;
            if (instance.LatestRun is { } latest)
            {
                if (await services.Reader.FindAsync(instance.Key, run) is not null) return RunCallRequests.Taken;
                if (instance.Closed is not { } closed) return Held(latest, "is running");
                if (!StartChecks.MayReuse(call.IdReuse, closed.Record.Summary.Status))
                    return Held(latest, "has used it, and it may not be used again");
                previous = closed.Record.Key.RunId;
            }

            var start = new StartRun(instance.Key, run, type, call.Arguments is [var input] ? input : Payload.Null,
                Chance.NextInt64(), null, null)
            {
                Parent = new ParentLink(source.Key, source.RunId, source.Command),
                Previous = previous,
                Carry = instance.TakeOver(),
                Headers = call.Headers,
                Version = call.Start?.Version,
                RunTimeout = call.Start?.RunTimeout,
                ExecutionTimeout = call.Start?.ExecutionTimeout,
                ExecutionDeadline = call.Start?.ExecutionDeadline,
                StartDelay = call.Start?.StartDelay,
            };
            var (outcome, fault, existing) = await instance.CreateAsync(start, previous);
            if (fault is not null) return RefusalOf(fault);
            if (outcome == AppendOutcome.Appended) return RunCallRequests.Taken;
            if (existing is null)
                return await services.Reader.FindAsync(instance.Key, run) is null
                    ? RunCallRequests.TryAgain : RunCallRequests.Taken;
            await instance.AdoptRecordAsync(existing);
        }
    }

    private static RunCallReply RefusalOf(Fault fault) => fault.Kind switch
    {
        FaultKind.InvalidRequest or FaultKind.PayloadTooLarge => new RunCallReply(RunCallAnswer.Refused, null, fault.Message),
        FaultKind.UnknownWorkflowType => new RunCallReply(RunCallAnswer.UnknownType, null, fault.Message),
        _ => RunCallRequests.TryAgain,
    };

    private RunCallReply Held(RunId run, string how) =>
        new(RunCallAnswer.AlreadyStarted, null, $"the id '{instance.Key}' is taken: run {run} {how}.");
}
