using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Orchestration.Grains.Health;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Telemetry;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Runs;

/// <summary>
/// Makes turns durable. An append that failed or whose outcome is unknown is repeated with the same bytes and the same turn id,
/// with back-off, until the store answers for certain (invariant 5 of the commit protocol): a full disk or a lost store stalls
/// runs, and they go on when it can.
/// </summary>
internal sealed class RunWriter(
    IHistoryStore store, TimeProvider clock, WorkflowInstruments instruments, StoreWatch watch, ILogger<RunWriter> log)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);

    private readonly BodyPool _bodies = new();

    /// <summary>The shard that wakes an instance of this data set.</summary>
    public int ShardOf(WorkflowKey key) => Shards.Of(key, store.ShardCount);

    /// <summary>Appends a turn of an open run; on success the run's account of the store is brought up to date.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<AppendResult> AppendAsync(OpenRun open, Turn turn, RunHeader? header, CancellationToken stop)
    {
        var summary = RunSummaries.Of(open.Run);
        if (summary == open.Summary && open.HasWrittenSummary) summary = null;
        var wakes = open.WakesAfter(turn.MadeProgress);
        var body = _bodies.Rent();
        HistorySerializer.Write(turn.Events, body);
        var request = new AppendRequest
        {
            Key = open.Key,
            Handle = open.Handle,
            ExpectedSequence = open.Sequence,
            TurnId = open.NextTurn(),
            EventCount = turn.Events.Count,
            Format = HistorySerializer.Format,
            Body = body.WrittenMemory,
            Header = header,
            Summary = summary,
            Wakes = wakes,
        };
        AppendResult result;
        var mayLinger = false;
        var answered = false;
        watch.Began();
        try
        {
            for (var delay = FirstDelay; ; delay = Longer(delay))
            {
                try
                {
                    result = await store.AppendAsync(request, CancellationToken.None);
                    answered = true;
                    break;
                }
                catch (StoreUnavailable e)
                {
                    mayLinger = true; // an earlier try may still read the bytes
                    log.AppendUncertain(e, request.Key.Key.ToString(), request.Key.RunId.ToString(), delay);
                    instruments.AppendRepeated();
                }

                await Task.Delay(delay, clock, stop);
            }
        }
        finally
        {
            watch.Ended(answered);
        }

        var bytes = request.Body.Length;
        if (!mayLinger) _bodies.Return(body);
        if (result.Outcome != AppendOutcome.Appended) return result;
        open.Handle = result.Handle;
        open.Sequence += request.EventCount;
        open.Bytes += bytes;
        if (summary is not null) open.NoteWritten(summary);
        if (wakes is not null) open.NoteRest(turn.MadeProgress);
        instruments.TurnCommitted(request.EventCount);
        return result;
    }

    /// <summary>
    /// Writes the summary of a run that no event goes with (a stall and its end, an eviction), and that its code has come to
    /// rest, where the store does not know it yet.
    /// </summary>
    /// <returns>False where somebody else writes the run.</returns>
    public async Task<bool> WriteSummaryAsync(OpenRun open, RunSummary summary, CancellationToken stop)
    {
        var wakes = open.WakesAfter(madeProgress: false);
        if (summary == open.Summary && wakes is null) return true;
        for (var delay = FirstDelay; ; delay = Longer(delay))
        {
            try
            {
                if (!await store.UpdateSummaryAsync(open.Key, open.Handle, open.Sequence, summary, wakes,
                    CancellationToken.None)) return false;
                open.NoteWritten(summary);
                if (wakes is not null) open.NoteRest(madeProgress: false);
                return true;
            }
            catch (StoreUnavailable e)
            {
                log.AppendUncertain(e, open.Key.Key.ToString(), open.Key.RunId.ToString(), delay);
            }

            await Task.Delay(delay, clock, stop);
        }
    }

    /// <summary>
    /// Counts, durably, that the run's code is about to run. Where the store's answer is lost, the count itself tells whether it
    /// was written, so that it is not written twice; what is written when the code has come to rest is the count before.
    /// </summary>
    /// <returns>False where the run is gone.</returns>
    public Task<bool> CountWakeAsync(RunRecord record, CancellationToken stop) =>
        CountWakeAsync(record.Key, record.Handle, record.Wakes, stop);

    /// <inheritdoc cref="CountWakeAsync(RunRecord, CancellationToken)"/>
    public Task<bool> CountWakeAsync(OpenRun open, CancellationToken stop) =>
        CountWakeAsync(open.Key, open.Handle, open.Wakes, stop);

    private async Task<bool> CountWakeAsync(StoreKey key, long handle, int before, CancellationToken stop)
    {
        var mayStand = false;
        for (var delay = FirstDelay; ; delay = Longer(delay))
        {
            try
            {
                if (mayStand)
                {
                    if (await store.FindAsync(key.Key, key.RunId, CancellationToken.None) is not { } record) return false;
                    if (record.Wakes > before) return true;
                }

                mayStand = true;
                return await store.CountWakeAsync(key, handle, CancellationToken.None) is not null;
            }
            catch (StoreUnavailable e)
            {
                log.AppendUncertain(e, key.Key.ToString(), key.RunId.ToString(), delay);
            }

            await Task.Delay(delay, clock, stop);
        }
    }

    /// <summary>
    /// The code of a run that has ended has come to rest, and nothing counts against it: several may be at it at once, and what
    /// one of them counted is not to be left behind by another.
    /// </summary>
    public async Task ClearWakesAsync(RunRecord record, long events, CancellationToken stop)
    {
        for (var delay = FirstDelay; ; delay = Longer(delay))
        {
            try
            {
                await store.UpdateSummaryAsync(
                    record.Key, record.Handle, events, record.Summary, 0, CancellationToken.None);
                return;
            }
            catch (StoreUnavailable e)
            {
                log.AppendUncertain(e, record.Key.Key.ToString(), record.Key.RunId.ToString(), delay);
            }

            await Task.Delay(delay, clock, stop);
        }
    }

    /// <summary>Keeps a heartbeat.</summary>
    /// <exception cref="StoreUnavailable">The store is away, or its answer was lost.</exception>
    public ValueTask SaveHeartbeatAsync(OpenRun open, HeartbeatRecord heartbeat) =>
        store.SaveHeartbeatAsync(open.Key, open.Handle, heartbeat);

    private static TimeSpan Longer(TimeSpan delay) => delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
}
