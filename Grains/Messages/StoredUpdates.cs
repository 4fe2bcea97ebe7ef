using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Workflows;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Workflows;

namespace Orchestration.Grains.Messages;

/// <summary>
/// Updates whose outcomes no run has in memory any more: they stand in the histories, and are looked up there, so that a repeat
/// gets the recorded outcome however late it comes (invariant 8). That is rare: of a run the latest outcomes are kept, and handed
/// on to the run that continues it. Without a state of its own.
/// </summary>
internal sealed class StoredUpdates(RunReader reader, ClosedRuns closedRuns, TimeProvider clock)
{
    /// <summary>Longer than any client repeats a request; what ended before that, no repeat can mean.</summary>
    private static readonly TimeSpan LongestRepeat = TimeSpan.FromHours(1);

    /// <summary>What became of an update by its run's end. Outcomes stay answerable.</summary>
    public async Task<UpdateReply> OfClosedAsync(WorkflowKey key, UpdateRequest request, RunId run)
    {
        if (await reader.FindAsync(key, run) is not { } record)
            return new UpdateReply { Fault = WorkflowFaults.NotFound(key, run.Value) };
        if (record.Summary.ClosedAt is null) return new UpdateReply { Fault = WorkflowFaults.Moving };
        var found = await closedRuns.AskAsync(record, r =>
            new Found(r.FindUpdate(request.UpdateId), r.MayHaveTaken(request.UpdateId), r.ContinuedFrom));
        if (found?.State is { } state)
            return state.IsFaded ? await ReadOutcomeAsync(key, request, run) : Completed(run, state);
        var isOlder = found is not null && request.RunId is null && (found.MayBeOlder || request.IsRepeat)
            ? await FindOlderAsync(key, request, found.ContinuedFrom, found.MayBeOlder) : null;
        return isOlder ?? new UpdateReply
        {
            Fault = WorkflowFaults.Closed(key, run, record.Summary.Status), RunId = run.Value,
        };
    }

    /// <summary>
    /// What became of an update that an earlier run took. Of one that is known to have been taken, all runs that are kept are
    /// looked through; a repeat that nobody knows may mean one of the last hour's.
    /// </summary>
    /// <returns>Null where it was not taken, as far as can be known.</returns>
    public async Task<UpdateReply?> FindOlderAsync(WorkflowKey key, UpdateRequest request, RunId? from, bool isKnown)
    {
        if (request.RunId is not null) return null; // it means that run alone
        for (var runId = from; runId is { } earlier;)
        {
            if (await reader.FindAsync(key, earlier) is not { } record) break; // purged
            if (!isKnown && record.Summary.ClosedAt < clock.GetUtcNow() - LongestRepeat) return null;
            var events = await reader.ReadEventsAsync(record);
            if (events.Exists(e => e is UpdateAccepted accepted && accepted.UpdateId == request.UpdateId))
                return await OfClosedAsync(key, request with { RunId = earlier.Value, IsRepeat = false }, earlier);
            runId = (events[0] as RunStarted)?.ContinuedFrom;
        }

        return !isKnown ? null : new UpdateReply
        {
            Fault = WorkflowFaults.Invalid($"The update '{request.UpdateId}' was carried out by an earlier run, whose history, "
                + "and with it the outcome, is gone. It is not carried out again."),
        };
    }

    /// <summary>The outcome of an update that its run's memory has let go of.</summary>
    public async Task<UpdateReply> ReadOutcomeAsync(WorkflowKey key, UpdateRequest request, RunId run)
    {
        if (await reader.FindAsync(key, run) is not { } record)
            return new UpdateReply { Fault = WorkflowFaults.NotFound(key, run.Value) };
        var (name, outcome) = ("", (UpdateCompleted?)null);
        foreach (var happened in await reader.ReadEventsAsync(record))
        {
            switch (happened)
            {
                case RunStarted { Carry.Messages.Updates: { } carried } e
                    when carried.FirstOrDefault(u => u.UpdateId == request.UpdateId) is { } update:
                    name = update.Name;
                    outcome = new UpdateCompleted
                    {
                        At = e.At, UpdateId = update.UpdateId, Result = update.Result, Failure = update.Failure,
                    };
                    break;
                case UpdateAccepted e when e.UpdateId == request.UpdateId:
                    name = e.Name;
                    break;
                case UpdateCompleted e when e.UpdateId == request.UpdateId:
                    outcome = e;
                    break;
            }
        }

        return outcome is null
            ? new UpdateReply { Fault = WorkflowFaults.Moving } // it completes with a turn that is not durable yet
            : Completed(run, new UpdateState(request.UpdateId, name, outcome));
    }

    /// <summary>The reply of an update that has an outcome.</summary>
    public static UpdateReply Completed(RunId run, UpdateState state) => new()
    {
        RunId = run.Value, Name = state.Name, IsCompleted = true,
        Result = state.Completed!.Result, Failure = state.Completed.Failure,
    };

    private sealed record Found(UpdateState? State, bool MayBeOlder, RunId? ContinuedFrom);
}
