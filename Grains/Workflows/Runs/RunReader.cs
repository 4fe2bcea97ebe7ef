using Orchestration.Grains.Health;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Watch;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Runs;

/// <summary>
/// Rebuilds runs from the store. While the store is away reads wait for it, as appends do (invariant 5), for longer than any call
/// waits: whoever asked comes again, and is not told of an error that is none of its own.
/// </summary>
internal sealed class RunReader(
    IHistoryStore store, RunSettings settings, TurnMonitor turns, StoreWatch watch, TimeProvider clock)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    // A poisonous run is replayed without its code: its state can be seen and the run terminated, and nothing of it is run.
    private readonly RunSettings _settingsWithoutCode = settings with { Workflows = new WorkflowCatalog([]) };

    /// <summary>The instance's latest run, or the given one; null where there is none.</summary>
    public ValueTask<RunRecord?> FindAsync(WorkflowKey key, RunId? runId = null) =>
        ReadAsync((key, runId), static (s, a) => s.FindAsync(a.key, a.runId));

    /// <summary>The instance's latest run with what is wanted of it next; null where there is none.</summary>
    /// <param name="key">The instance.</param>
    /// <param name="toOpen">Whether an open run is to be brought to life, so that its history is read along.</param>
    public ValueTask<StoredRun?> FindWithHistoryAsync(WorkflowKey key, bool toOpen) => toOpen
        ? ReadAsync(key, static (s, k) => s.LoadAsync(k))
        : ReadAsync(key, static (s, k) => s.LoadAsync(k, maximumBytes: 0));

    /// <summary>Replays an open run.</summary>
    /// <param name="record">The run.</param>
    /// <param name="withCode">Whether its code is run; else only what can be known without it.</param>
    /// <param name="first">The first page of its history, where it was read a moment ago.</param>
    /// <returns>The run; null where it was purged meanwhile.</returns>
    public async Task<OpenRun?> LoadAsync(RunRecord record, bool withCode = true, HistoryPage? first = null)
    {
        var events = new List<HistoryEvent>(first?.Batches.Sum(static b => b.EventCount) ?? 0);
        var bytes = 0L;
        for (long? from = 1; from is not null;)
        {
            var page = first ?? await ReadPageAsync(record, from.Value);
            first = null;
            foreach (var batch in page.Batches)
            {
                if (batch.FirstSequence != events.Count + 1)
                    throw new EngineFault(FaultCodes.CorruptHistory,
                        $"The history of {record.Key} lacks events from {events.Count + 1} to {batch.FirstSequence - 1}.");
                HistorySerializer.Read(batch.Body.Span, batch.Format, events);
                if (events.Count != batch.FirstSequence + batch.EventCount - 1)
                    throw new EngineFault(FaultCodes.CorruptHistory,
                        $"A turn in the history of {record.Key} begins with event {batch.FirstSequence} and should have "
                        + $"{batch.EventCount}; it ends with event {events.Count}.");
                bytes += batch.Body.Length;
            }

            from = page.NextSequence;
        }

        if (events.Count == 0)
        {
            // Purged meanwhile; or the store has the run and nothing of its history, which nothing that is repeated will mend.
            if (await FindAsync(record.Key.Key, record.Key.RunId) is null) return null;
            throw new EngineFault(FaultCodes.CorruptHistory,
                $"The history of {record.Key} has no events. Restore the run from a backup.");
        }

        var (run, marked) = Replay(record, events, withCode);
        var start = (RunStarted)events[0];
        return new OpenRun(run, record.Key, record.WorkflowType, record.StartedAt)
        {
            StartedBy = start.Request,
            TraceParent = start.TraceParent,
            Handle = record.Handle,
            Sequence = events.Count,
            Bytes = bytes,
            Summary = marked ?? record.Summary,
        };
    }

    private (WorkflowRun Run, RunSummary? Marked) Replay(RunRecord record, List<HistoryEvent> events, bool withCode)
    {
        var watched = turns.Enter(new WatchedReplay(record, events.Count, withCode));
        WorkflowRun run;
        try
        {
            run = WorkflowRun.Replay(withCode ? settings : _settingsWithoutCode, events);
        }
        catch
        {
            turns.Exit(watched);
            throw;
        }

        return (run, turns.Exit(watched));
    }

    /// <summary>The latest heartbeat of an activity; null where there is none.</summary>
    public ValueTask<HeartbeatRecord?> FindHeartbeatAsync(OpenRun open, long command) =>
        ReadAsync((open, command), static (s, a) => s.FindHeartbeatAsync(a.open.Key, a.open.Handle, a.command));

    /// <summary>All events of a run.</summary>
    public async Task<List<HistoryEvent>> ReadEventsAsync(RunRecord record)
    {
        var events = new List<HistoryEvent>();
        for (long? from = 1; from is not null;)
        {
            var page = await ReadPageAsync(record, from.Value);
            foreach (var batch in page.Batches) HistorySerializer.Read(batch.Body.Span, batch.Format, events);
            from = page.NextSequence;
        }

        return events;
    }

    /// <summary>A page of a run's history, as stored.</summary>
    public ValueTask<HistoryPage> ReadPageAsync(RunRecord record, long fromSequence) =>
        ReadAsync((record, fromSequence), static (s, a) => s.ReadAsync(a.record.Key, a.record.Handle, a.fromSequence));

    /// <summary>The event that closed a run.</summary>
    public async Task<HistoryEvent> ReadClosingEventAsync(RunRecord record)
    {
        var batch = await ReadTailAsync(record.Key, record.Handle)
            ?? throw new EngineFault(FaultCodes.CorruptHistory, $"Run {record.Key} is closed but has no history.");
        return LastEvent(batch);
    }

    /// <summary>The last event of a turn.</summary>
    public static HistoryEvent LastEvent(HistoryBatch batch) => Events(batch)[^1];

    /// <summary>How many events the store has of a run.</summary>
    public async Task<long> MeasureTailAsync(StoreKey key, long handle) =>
        await ReadTailAsync(key, handle) is { } batch ? batch.FirstSequence + batch.EventCount - 1 : 0;

    /// <summary>A run's first event.</summary>
    public async Task<RunStarted?> ReadStartAsync(RunRecord record)
    {
        var page = await ReadAsync(record, static (s, r) => s.ReadAsync(r.Key, r.Handle, 1, 1));
        return page.Batches.Count == 0 ? null : Events(page.Batches[0])[0] as RunStarted;
    }

    /// <summary>How long a run's history is, in events and bytes.</summary>
    public async Task<(long Events, long Bytes)> MeasureAsync(RunRecord record)
    {
        var (count, bytes) = (0L, 0L);
        for (long? from = 1; from is not null;)
        {
            var page = await ReadPageAsync(record, from.Value);
            foreach (var batch in page.Batches)
            {
                count += batch.EventCount;
                bytes += batch.Body.Length;
            }

            from = page.NextSequence;
        }

        return (count, bytes);
    }

    private ValueTask<HistoryBatch?> ReadTailAsync(StoreKey key, long handle) =>
        ReadAsync((key, handle), static (s, a) => s.ReadTailAsync(a.key, a.handle));

    private async ValueTask<T> ReadAsync<TArguments, T>(
        TArguments arguments, Func<IHistoryStore, TArguments, ValueTask<T>> read)
    {
        var began = 0L;
        var answered = false;
        watch.Began();
        try
        {
            for (var delay = FirstDelay; ; delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay)
            {
                try
                {
                    var result = await read(store, arguments);
                    answered = true;
                    return result;
                }
                catch (StoreUnavailable) when (began == 0 || clock.GetElapsedTime(began) < Patience)
                {
                    if (began == 0) began = clock.GetTimestamp();
                }

                await Task.Delay(delay, clock);
            }
        }
        finally
        {
            watch.Ended(answered);
        }
    }

    private static List<HistoryEvent> Events(HistoryBatch batch)
    {
        var events = new List<HistoryEvent>(batch.EventCount);
        HistorySerializer.Read(batch.Body.Span, batch.Format, events);
        return events;
    }
}
