using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

// Updates whose outcomes no run has in memory any more: they stand in the histories, and are looked up there. That is rare: of
// a run the latest outcomes are kept, and handed on to the run that continues it.
internal sealed partial class WorkflowInstance
{
    /// <summary>Longer than any client repeats a request; what ended before that, no repeat can mean.</summary>
    private static readonly TimeSpan LongestRepeat = TimeSpan.FromHours(1);

    /// <summary>
    /// What became of an update that an earlier run took. Of one that is known to have been taken, all runs that are kept are
    /// looked through; a repeat that nobody knows may mean one of the last hour's.
    /// </summary>
    /// <returns>Null where it was not taken, as far as can be known.</returns>
    private async Task<UpdateReply?> FindOlderUpdateAsync(UpdateRequest request, RunId? from, bool isKnown)
    {
        if (request.RunId is not null) return null; // it means that run alone
        for (var runId = from; runId is { } earlier;)
        {
            if (await _services.Reader.FindAsync(_key, earlier) is not { } record) break; // purged
            if (!isKnown && record.Summary.ClosedAt < Now - LongestRepeat) return null;
            var events = await _services.Reader.ReadEventsAsync(record);
            if (events.Exists(e => e is UpdateAccepted accepted && accepted.UpdateId == request.UpdateId))
                return await UpdateOfClosedAsync(request with { RunId = earlier.Value, IsRepeat = false }, earlier);
            runId = (events[0] as RunStarted)?.ContinuedFrom;
        }

        return !isKnown ? null : new UpdateReply
        {
            Fault = WorkflowFaults.Invalid($"The update '{request.UpdateId}' was carried out by an earlier run, whose history, "
                + "and with it the outcome, is gone. It is not carried out again."),
        };
    }

    /// <summary>The outcome of an update that its run's memory has let go of.</summary>
    private async Task<UpdateReply> ReadOutcomeAsync(UpdateRequest request, RunId run)
    {
        if (await _services.Reader.FindAsync(_key, run) is not { } record)
            return new UpdateReply { Fault = WorkflowFaults.NotFound(_key, run.Value) };
        var (name, outcome) = ("", (UpdateCompleted?)null);
        foreach (var happened in await _services.Reader.ReadEventsAsync(record))
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
            ? new UpdateReply { Fault = Moving } // it completes with a turn that is not durable yet
            : Completed(run, new UpdateState(request.UpdateId, name, outcome));
    }
}
