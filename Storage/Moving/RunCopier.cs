using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Storage.Moving;

/// <summary>
/// Writes runs as their silos once did, turn by turn and with the same turn ids: a turn that is there already is a success, and
/// so a copy that was cut short is simply made again. Until its last turn is written, a run waits for nothing and nothing wakes
/// it.
/// </summary>
internal sealed class RunCopier(DataSetEnd source, DataSetEnd target)
{
    private static readonly RunSummary Unfinished = new(WorkflowStatus.Running, RunState.Parked, null);

    /// <summary>Copies a run; the runs of the same instance before it are there.</summary>
    /// <returns>How many bytes and events its history has.</returns>
    public async Task<(long Bytes, long Events)> CopyAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var (bytes, events, handle) = (0L, 0L, 0L);
        for (long? from = 1; from is { } sequence;)
        {
            var page = await source.History.ReadAsync(run.Key, run.Handle, sequence, cancellationToken: cancellationToken);
            from = page.NextSequence;
            for (var i = 0; i < page.Batches.Count; i++)
            {
                var turn = page.Batches[i];
                if (turn.FirstSequence != events + 1)
                    throw new MoveFailed($"The history of {run.Key} in {source.Name} lacks events from {events + 1} on.");
                var isLast = from is null && i == page.Batches.Count - 1;
                handle = await AppendAsync(run, turn, handle, isLast, cancellationToken);
                (bytes, events) = (bytes + turn.Body.Length, events + turn.EventCount);
            }
        }

        if (events == 0) throw new MoveFailed($"{run.Key} in {source.Name} has no history, or was purged meanwhile.");

        // A last turn that stood already left the summary as it was.
        if (!await target.History.UpdateSummaryAsync(run.Key, handle, events, run.Summary, run.Wakes, cancellationToken))
            throw Foreign(run.Key);
        foreach (var beat in await source.Reader.ReadHeartbeatsAsync(run.Key, cancellationToken))
            await target.History.SaveHeartbeatAsync(run.Key, handle, beat, cancellationToken);
        return (bytes, events);
    }

    private async Task<long> AppendAsync(
        RunRecord run, HistoryBatch turn, long handle, bool isLast, CancellationToken cancellationToken)
    {
        RunHeader? header = null;
        if (turn.FirstSequence == 1)
        {
            // One that an earlier try began is recognised by its turn, and takes over from nobody a second time.
            var isThere = await target.History.FindAsync(run.Key.Key, run.Key.RunId, cancellationToken) is not null;
            var latest = isThere ? null : await target.History.FindAsync(run.Key.Key, cancellationToken: cancellationToken);
            header = new RunHeader(run.WorkflowType, Shards.Of(run.Key.Key, target.History.ShardCount), run.StartedAt,
                latest?.Key.RunId);
        }

        var result = await target.History.AppendAsync(
            new AppendRequest
            {
                Key = run.Key, Handle = handle, ExpectedSequence = turn.FirstSequence - 1, TurnId = turn.TurnId,
                EventCount = turn.EventCount, Format = turn.Format, Body = turn.Body, Header = header,
                Summary = isLast ? run.Summary : header is not null ? Unfinished : null, Wakes = isLast ? run.Wakes : null,
            },
            cancellationToken);
        return result.Outcome == AppendOutcome.Appended ? result.Handle : throw Foreign(run.Key);
    }

    private MoveFailed Foreign(StoreKey key) => new(
        $"{target.Name} has another history of {key}: it is not the copy that this move began. Move into an empty store.");
}
