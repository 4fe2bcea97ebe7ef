using Microsoft.Extensions.Logging;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Messages;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Replies;

/// <summary>
/// What the store alone tells callers of runs: of any run of an instance, whether or not it is in memory, and so only what is
/// durable (invariant 4). Without a state of its own.
/// </summary>
internal sealed class StoredReplies(RunReader reader, ClosedRuns closedRuns, ILogger<WorkflowGrain> log)
{
    /// <summary>A run as last committed.</summary>
    public async Task<DescribeReply> DescribeAsync(WorkflowKey key, RunId run)
    {
        if (await reader.FindAsync(key, run) is not { } record)
            return new DescribeReply(WorkflowFaults.NotFound(key, run.Value), null);
        var (events, bytes) = await reader.MeasureAsync(record);
        var description = Descriptions.Of(record.Key, record.WorkflowType, record.StartedAt, record.Summary, events, bytes, null);
        if (record.Summary is { State: RunState.Closed, Status: not WorkflowStatus.Completed })
        {
            description = description with
            {
                Failure = ResultReplies.Of(run, await reader.ReadClosingEventAsync(record)).Failure,
            };
        }

        if (await reader.ReadStartAsync(record) is { } start) description = Descriptions.WithOrigin(description, start);
        if (record.Summary.Status == WorkflowStatus.ContinuedAsNew
            && await reader.ReadClosingEventAsync(record) is RunContinuedAsNew next)
            description = description with { ContinuedTo = next.NewRunId.Value };
        if (record.Summary.ClosedAt is not null) description = await WithStatusAsync(description, record);
        return new DescribeReply(null, description);
    }

    /// <summary>A page of a run's history, as committed.</summary>
    public async Task<HistoryReply> HistoryAsync(WorkflowKey key, HistoryRequest request)
    {
        if (request.FromSequence < 1)
        {
            return new HistoryReply
            {
                Fault = WorkflowFaults.Invalid($"History events are numbered from 1; asked for {request.FromSequence}."),
            };
        }

        var record = await reader.FindAsync(key, request.RunId is { } wanted ? new RunId(wanted) : null);
        if (record is null) return new HistoryReply { Fault = WorkflowFaults.NotFound(key, request.RunId) };
        var page = await reader.ReadPageAsync(record, request.FromSequence);
        return new HistoryReply
        {
            RunId = record.Key.RunId.Value,
            Chunks = [.. page.Batches.Select(static b => new HistoryChunk(b.FirstSequence, b.Format, b.Body))],
            NextSequence = page.NextSequence,
        };
    }

    // What a run said last is its code's state, so a closed one is replayed for it; without fitting code it is not shown.
    private async Task<WorkflowDescription> WithStatusAsync(WorkflowDescription description, RunRecord record)
    {
        try
        {
            var said = await closedRuns.AskAsync(record, static run => new Said(run.Misfit is null ? run.LatestStatus : null));
            return said?.Latest is { } latest ? Descriptions.WithStatus(description, latest) : description;
        }
        catch (EngineFault e)
        {
            log.TurnFailed(e, record.Key.Key.ToGrainKey()); // a damaged history: all else that is known of the run is told
            return description;
        }
    }

    private sealed record Said(StatusChange? Latest);
}
