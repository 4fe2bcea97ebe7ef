using System.Runtime.CompilerServices;
using Orchestration.Grains.Interfaces;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Replies;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Grains.Workflows.Starts;
using Orchestration.Grains.Workflows.Telemetry;
using Orchestration.Grains.Workflows.Turns;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Requests;

/// <summary>
/// Starts: one at a time, each once (invariant 8). What comes of one where a run holds the id or has used it, the policies tell;
/// one that finds the id free is answered once the new run's first turn is durable (invariant 1).
/// </summary>
internal sealed class StartRequests(IStartedInstance instance, WorkflowServices services)
{
    /// <summary>Starts a run; answers once that is durable, or with the run's end if the request asks to wait.</summary>
    /// <param name="request">The start.</param>
    /// <param name="message">What the run is to have from its first commit on.</param>
    public async Task<StartReply> StartAsync(StartRequest request, InboxEntry? message)
    {
        if (request.IsRepeat && await FindBegunAsync(request) is { } begun)
        {
            return MayWait(request)
                ? Started(begun) with { Result = await instance.AwaitResultAsync(begun.Value, request.Wait) } : Started(begun);
        }

        if (Check(request) is { } fault) return new StartReply { Fault = fault };
        instance.NoteWanted();

        // Where an open run holds the id, its code is here, and that of the new one need not be.
        if (instance.Open is null && await instance.HostedFaultAsync(request.WorkflowType, request.Version) is { } unhosted)
            return new StartReply { Fault = unhosted };
        if (services.Starts.Enter() is { } notNow) return new StartReply { Fault = notNow };
        StartReply reply;
        var committed = false;
        try
        {
            while (instance.Starting is { } other) await other; // one start at a time
            instance.BeginStarting();
            try
            {
                reply = await StartOneAsync(request, message);
            }
            finally
            {
                instance.EndStarting();
            }

            committed = reply.Fault is null;
        }
        finally
        {
            services.Starts.Exit(committed);
        }

        return committed && MayWait(request)
            ? reply with { Result = await instance.AwaitResultAsync(reply.RunId, request.Wait) } : reply;
    }

    // A repeat is answered before it is judged.
    private static bool MayWait(StartRequest request) =>
        request.Wait > TimeSpan.Zero && request.Wait <= ResultWaiters.LongestWait;

    private Fault? Check(StartRequest request)
    {
        if (instance.IsLeaving) return WorkflowFaults.Moving;
        if (request.Wait < TimeSpan.Zero || request.Wait > ResultWaiters.LongestWait)
            return WorkflowFaults.Invalid($"A start may wait 0 to 20 s for the result, not {request.Wait}.");
        if (StartChecks.Problem(request) is { } problem) return WorkflowFaults.Invalid(problem);
        return request.Input.Data.Length > services.Options.MaximumPayloadBytes
            ? WorkflowFaults.TooLarge("input", request.Input.Data.Length, services.Options.MaximumPayloadBytes)
            : null;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<StartReply> StartOneAsync(StartRequest request, InboxEntry? message)
    {
        var by = new RequestId(request.Request.Client, request.Request.Number);
        RunId? previous = null;
        while (true)
        {
            while (instance.Continuing is { } continued) await continued;
            if (instance.IsLeaving) return NotOwner();

            // An instance that this activation knows nothing of is most likely new: the append itself finds out, and nothing is
            // read.
            if (instance.Open is { } open)
            {
                if (await MeetOpenAsync(open, request, message, by) is { } met) return met;
                continue; // it was ended for this start
            }

            if (instance.Closed is { } closed)
            {
                if (await services.EarlierStarts.FindAsync(instance.Key, closed, by, request.IsRepeat) is { } mine)
                    return Started(mine);
                if (!StartChecks.MayReuse(request.IdReuse, closed.Record.Summary.Status)) return Refused(closed.Record.Key.RunId);
                previous = closed.Record.Key.RunId;
            }

            var run = new RunId(Chance.NewGuid());
            var start = new StartRun(instance.Key, run, request.WorkflowType, request.Input, Chance.NextInt64(), by,
                request.TraceParent ?? RunSpans.Begin(request.WorkflowType, instance.Key))
            {
                Version = request.Version,
                RunTimeout = request.RunTimeout,
                ExecutionTimeout = request.ExecutionTimeout,
                StartDelay = request.StartDelay,
                Headers = request.Headers,
                Previous = previous,
                Carry = instance.TakeOver(),
            };
            var (outcome, fault, existing) = await instance.CreateAsync(start, previous, message);
            if (fault is not null) return new StartReply { Fault = fault };
            if (outcome == AppendOutcome.Appended) return Started(run);
            if (existing is null) return NotOwner();
            await instance.AdoptRecordAsync(existing);
            if (instance.Open is null && instance.Closed is null && instance.Continuing is null
                && await instance.EnsureAnyOpenAsync() is { } unreadable)
                return new StartReply { Fault = unreadable }; // the run that holds the id cannot be loaded
        }
    }

    /// <summary>What a start comes to where an open run holds the id.</summary>
    /// <returns>Null where that run was ended for it, so that it may be tried again.</returns>
    private async Task<StartReply?> MeetOpenAsync(OpenRun open, StartRequest request, InboxEntry? message, RequestId by)
    {
        var holder = open.Key.RunId;
        if (open.StartedBy == by) return Started(holder);
        if (await services.EarlierStarts.FindAsync(instance.Key, open.Run.Previous, by, request.IsRepeat) is { } mine)
            return Started(mine);
        switch (request.IdConflict)
        {
            case WorkflowIdConflictPolicy.UseExisting:
                // Nothing is written: what meets no open run when it is repeated starts one, as it would have done then.
                return new StartReply { RunId = holder.Value };
            case WorkflowIdConflictPolicy.TerminateExisting:
                var signal = message?.Stimulus as SignalRun;
                if (Replacements.UnfitFault(services.Settings, request, signal) is { } unfit)
                    return new StartReply { Fault = unfit };
                var end = Replacements.EndOpen(request, by, signal, services.Clock.GetUtcNow());
                return await instance.PostAsync(end) == InboxOutcome.NotOwner ? NotOwner() : null;
            default:
                return Refused(holder);
        }
    }

    /// <summary>
    /// The run that an earlier try of a request began. Looked for before the request is judged: what is deployed may have changed
    /// since, and a start that has taken effect is not refused.
    /// </summary>
    private async Task<RunId?> FindBegunAsync(StartRequest request)
    {
        if (instance.IsLeaving) return null;
        await instance.EnsureKnownAsync();
        var by = new RequestId(request.Request.Client, request.Request.Number);
        return await services.EarlierStarts.FindAsync(instance.Key, instance.LatestRun, by, isRepeat: true);
    }

    private StartReply Refused(RunId holder) => new() { Fault = WorkflowFaults.AlreadyStarted(instance.Key, holder) };

    private static StartReply Started(RunId run) => new() { RunId = run.Value, IsNew = true };

    private static StartReply NotOwner() =>
        new() { Fault = WorkflowFaults.NotOwner("The workflow is written by another activation; repeat the request.") };
}
