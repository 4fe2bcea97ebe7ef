using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Replies;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

internal sealed partial class WorkflowInstance
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan DescribePatience = TimeSpan.FromSeconds(1);

    /// <summary>The result of a run that has ended; of one that is open, where to wait for it.</summary>
    public async Task<ResultReply> GetResultAsync(ResultRequest request)
    {
        if (request.Wait < TimeSpan.Zero || request.Wait > LongestWait)
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

    private async Task<ResultReply> AwaitResultAsync(Guid runId, TimeSpan wait)
    {
        if (_open is { } open && open.Key.RunId.Value == runId)
        {
            // At work: its end may be near, so the answer is waited for here. Else at the hub, which keeps nothing in memory.
            if (wait > TimeSpan.Zero && (open.Run.IsRunnable || IsTurning) && !_leaving)
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

    /// <summary>The run as last committed; also of a stalled one.</summary>
    public async Task<DescribeReply> DescribeAsync(DescribeRequest request)
    {
        await EnsureKnownAsync();
        if (LatestRun is not { } latest) return new DescribeReply(Unknown(request.RunId), null);
        if (request.RunId is { } wanted && wanted != latest.Value) return await DescribeStoredAsync(new RunId(wanted));
        if (_closed is not null) return await DescribeStoredAsync(latest);
        if (await EnsureOpenAsync(_services.Suspects.IsEarly) is { } fault) return new DescribeReply(fault, null);

        // The kernel is ahead of the store while a turn is being committed: what is pending is shown after it, or not at all.
        if (IsTurning) await Task.WhenAny(_turns, Task.Delay(DescribePatience, _services.Clock));
        if (_open is not { } open) return await DescribeStoredAsync(latest);
        return new DescribeReply(null, IsTurning && open.Summary is { } committed
            ? Descriptions.Of(open.Key, open.WorkflowType, open.StartedAt, committed, open.Sequence, open.Bytes,
                _services.SiloKey)
            : Descriptions.Of(open, _services.SiloKey));
    }

    private async Task<DescribeReply> DescribeStoredAsync(RunId run)
    {
        if (await _services.Reader.FindAsync(_key, run) is not { } record) return new DescribeReply(WorkflowFaults.NotFound(_key,
            run.Value), null);
        var (events, bytes) = await _services.Reader.MeasureAsync(record);
        var description = Descriptions.Of(record.Key, record.WorkflowType, record.StartedAt, record.Summary, events, bytes, null);
        if (record.Summary is { State: RunState.Closed, Status: not WorkflowStatus.Completed })
            description = description with
            {
                Failure = ResultReplies.Of(run,
                await _services.Reader.ReadClosingEventAsync(record)).Failure
            };
        if (await _services.Reader.ReadStartAsync(record) is { } start) description = Descriptions.WithOrigin(description, start);
        if (record.Summary.Status == WorkflowStatus.ContinuedAsNew
            && await _services.Reader.ReadClosingEventAsync(record) is RunContinuedAsNew next)
            description = description with { ContinuedTo = next.NewRunId.Value };
        if (record.Summary.ClosedAt is not null) description = await WithStatusAsync(description, record);
        return new DescribeReply(null, description);
    }

    // What a run said last is its code's state, so a closed one is replayed for it; without fitting code it is not shown.
    private async Task<WorkflowDescription> WithStatusAsync(WorkflowDescription description, RunRecord record)
    {
        try
        {
            var said = await _services.ClosedRuns.AskAsync(record, static run =>
                new Said(run.Misfit is null ? run.LatestStatus : null));
            return said?.Latest is { } latest ? Descriptions.WithStatus(description, latest) : description;
        }
        catch (EngineFault e)
        {
            _services.Log.TurnFailed(e, _grainKey); // a damaged history: all else that is known of the run is told
            return description;
        }
    }

    private sealed record Said(StatusChange? Latest);

    /// <summary>A page of a run's history, as committed.</summary>
    public async Task<HistoryReply> GetHistoryAsync(HistoryRequest request)
    {
        if (request.FromSequence < 1)
            return new HistoryReply
            {
                Fault = WorkflowFaults.Invalid(
                $"History events are numbered from 1; asked for {request.FromSequence}.")
            };
        var record = await _services.Reader.FindAsync(_key, request.RunId is { } wanted ? new RunId(wanted) : null);
        if (record is null) return new HistoryReply { Fault = WorkflowFaults.NotFound(_key, request.RunId) };
        var page = await _services.Reader.ReadPageAsync(record, request.FromSequence);
        return new HistoryReply
        {
            RunId = record.Key.RunId.Value,
            Chunks = [.. page.Batches.Select(static b => new HistoryChunk(b.FirstSequence, b.Format, b.Body))],
            NextSequence = page.NextSequence,
        };
    }

    // Invited in the same step in which the run was seen open: a close after it finds the caller at the hub. The kernel may be
    // ahead of the store: an end that is still being committed is no end to a caller.
    private ResultReply StillOpen(RunId run, WorkflowStatus status) => ResultReplies.Open(
        run,
        status == WorkflowStatus.Stalled ? status : WorkflowStatus.Running,
        _services.Hub.Invite(_grainKey, run.Value));

    private ResultReply NoSuchRun(Guid? run) => new() { Fault = WorkflowFaults.NotFound(_key, run) };
}
