using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

/// <summary>Rebuilds runs from the store.</summary>
internal sealed class RunReader(IHistoryStore store, RunSettings settings)
{
    // A poisonous run is replayed without its code: its state can be seen and the run terminated, and nothing of it is run.
    private readonly RunSettings _settingsWithoutCode = settings with { Workflows = new WorkflowCatalog([]) };

    /// <summary>The instance's latest run, or the given one; null where there is none.</summary>
    public ValueTask<RunRecord?> FindAsync(WorkflowKey key, RunId? runId = null) => store.FindAsync(key, runId);

    /// <summary>
    /// Replays an open run. Where the store says that it was runnable, the wake is counted first, durably: should its code take
    /// the silo down, the next silos know how often it did.
    /// </summary>
    /// <param name="record">The run.</param>
    /// <param name="count">Whether the wake is counted.</param>
    /// <param name="maximumWakes">After how many wakes without progress the run's code is not run again.</param>
    /// <returns>The run; null where it was purged meanwhile.</returns>
    public async Task<OpenRun?> LoadAsync(RunRecord record, bool count, int maximumWakes)
    {
        var wakes = record.Wakes;
        if (count)
        {
            if (await store.CountWakeAsync(record.Key, record.Handle) is not { } counted) return null;
            wakes = counted;
        }

        var events = new List<HistoryEvent>();
        var bytes = 0L;
        for (long? from = 1; from is not null;)
        {
            var page = await store.ReadAsync(record.Key, record.Handle, from.Value);
            foreach (var batch in page.Batches)
            {
                if (batch.FirstSequence != events.Count + 1)
                    throw new EngineFault(FaultCodes.CorruptHistory,
                        $"The history of {record.Key} lacks events from {events.Count + 1} to {batch.FirstSequence - 1}.");
                HistorySerializer.Read(batch.Body.Span, batch.Format, events);
                bytes += batch.Body.Length;
            }

            from = page.NextSequence;
        }

        if (events.Count == 0) return null;
        var poisoned = wakes > maximumWakes;
        var run = WorkflowRun.Replay(poisoned ? _settingsWithoutCode : settings, events);
        if (poisoned) run.ForceStall(Poison(wakes));
        var start = (RunStarted)events[0];
        return new OpenRun(run, record.Key, record.WorkflowType, record.StartedAt)
        {
            StartedBy = start.Request,
            TraceParent = start.TraceParent,
            Handle = record.Handle,
            Sequence = events.Count,
            Bytes = bytes,
            Summary = record.Summary,
            Wakes = wakes,
        };
    }

    /// <summary>A page of a run's history, as stored.</summary>
    public ValueTask<HistoryPage> ReadPageAsync(RunRecord record, long fromSequence) =>
        store.ReadAsync(record.Key, record.Handle, fromSequence);

    /// <summary>The event that closed a run.</summary>
    public async Task<HistoryEvent> ReadClosingEventAsync(RunRecord record)
    {
        var batch = await store.ReadTailAsync(record.Key, record.Handle)
            ?? throw new EngineFault(FaultCodes.CorruptHistory, $"Run {record.Key} is closed but has no history.");
        return Events(batch)[^1];
    }

    /// <summary>A run's first event.</summary>
    public async Task<RunStarted?> ReadStartAsync(RunRecord record)
    {
        var page = await store.ReadAsync(record.Key, record.Handle, 1, 1);
        return page.Batches.Count == 0 ? null : Events(page.Batches[0])[0] as RunStarted;
    }

    /// <summary>How long a run's history is, in events and bytes.</summary>
    public async Task<(long Events, long Bytes)> MeasureAsync(RunRecord record)
    {
        var (count, bytes) = (0L, 0L);
        for (long? from = 1; from is not null;)
        {
            var page = await store.ReadAsync(record.Key, record.Handle, from.Value);
            foreach (var batch in page.Batches)
            {
                count += batch.EventCount;
                bytes += batch.Body.Length;
            }

            from = page.NextSequence;
        }

        return (count, bytes);
    }

    private static List<HistoryEvent> Events(HistoryBatch batch)
    {
        var events = new List<HistoryEvent>(batch.EventCount);
        HistorySerializer.Read(batch.Body.Span, batch.Format, events);
        return events;
    }

    private static Stall Poison(int wakes) => new(
        FaultCodes.PoisonRun,
        $"The run was woken {wakes} times without progress, so its code is not run any more: it may be what took the silo down. "
        + "Mend the code and start once with a higher MaximumWakes, or terminate it.");
}
