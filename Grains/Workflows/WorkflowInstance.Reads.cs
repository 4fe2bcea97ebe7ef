using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Workflows.Replies;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

internal sealed partial class WorkflowInstance
{
    /// <summary>The result of a run that has ended; of one that is open, where to wait for it.</summary>
    public async Task<ResultReply> GetResultAsync(ResultRequest request)
    {
        if (request.Wait < TimeSpan.Zero || request.Wait > ResultWaiters.LongestWait)
            return new ResultReply
            {
                Fault = WorkflowFaults.Invalid(
                $"A result may be waited for 0 to 20 s in one call, not {request.Wait}.")
            };
        await EnsureKnownAsync(toOpen: false);
        if (LatestRun is not { } latest) return new() { Fault = Unknown(request.RunId) };
        if (request.RunId is { } wanted && wanted != latest.Value) return await ResultOfOlderAsync(new RunId(wanted));
        return await AwaitResultAsync(latest.Value, request.Wait);
    }

    public async Task<ResultReply> AwaitResultAsync(Guid runId, TimeSpan wait)
    {
        if (_open is { } open && open.Key.RunId.Value == runId)
        {
            // At work: its end may be near, so the answer is waited for here. Else at the hub, which keeps nothing in memory.
            if (wait > TimeSpan.Zero && (open.Run.IsRunnable || IsTurning) && !_tenure.IsLeaving)
            {
                var answer = _waiters.WaitAsync(Now + wait);
                if (!IsTurning) Settle();
                return await answer;
            }

            return StillOpen(open.Key.RunId, open.Run.Status);
        }

        if (_closed is { } closed && closed.Record.Key.RunId.Value == runId)
        {
            if (closed.Result is { } known) return known;
            var result = ResultReplies.Of(closed.Record.Key.RunId, closed.End is { } end
                ? RunReader.LastEvent(end) : await _services.Reader.ReadClosingEventAsync(closed.Record));
            _closed = closed with { Result = result, End = null };
            MarkIdle();
            return result;
        }

        if (_parked is not null && _unreadable is { } unreadable) return new ResultReply { Fault = unreadable };

        // Known from the store only, and not awake: no need to wake it for being waited for, unless it lies.
        AskForLying();
        return _parked is { } parked && parked.Key.RunId.Value == runId
            ? StillOpen(parked.Key.RunId, parked.Summary.Status)
            : new ResultReply
            {
                Fault = WorkflowFaults.NotOwner(
                "The workflow's activation changed meanwhile; repeat the request.")
            };
    }

    private async Task<ResultReply> ResultOfOlderAsync(RunId run)
    {
        if (await _services.Reader.FindAsync(_key, run) is not { } record) return NoSuchRun(run.Value);
        if (record.Summary.ClosedAt is null) return StillOpen(run, record.Summary.Status);
        var reply = ResultReplies.Of(run, await _services.Reader.ReadClosingEventAsync(record));
        if (reply.ContinuedTo is null || _open is not { } open) return reply;

        // Whoever asks for an early run of a long chain is told of its last one at once.
        var first = (await _services.Reader.ReadStartAsync(record))?.FirstRun ?? run;
        return first == open.Run.FirstRun ? reply with { ContinuedTo = open.Key.RunId.Value } : reply;
    }

    // Invited in the same step in which the run was seen open: a close after it finds the caller at the hub. The kernel may be
    // ahead of the store: an end that is still being committed is no end to a caller.
    private ResultReply StillOpen(RunId run, WorkflowStatus status) => ResultReplies.Open(
        run,
        status == WorkflowStatus.Stalled ? status : WorkflowStatus.Running,
        _services.Hub.Invite(_grainKey, run.Value));

    private ResultReply NoSuchRun(Guid? run) => new() { Fault = WorkflowFaults.NotFound(_key, run) };
}
