using System.Diagnostics;
using System.Diagnostics.Metrics;
using Orchestration.Grains.Recovery;
using Orchestration.Grains.Workflows.Starts;

namespace Orchestration.Grains.Workflows.Telemetry;

/// <summary>The measures of workflow grains.</summary>
internal sealed class WorkflowInstruments
{
    private const string Type = "orchestration.workflow.type";

    private readonly Counter<long> _started;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _closed;
    private readonly Counter<long> _repeated;
    private readonly Counter<long> _stalled;
    private readonly Counter<long> _replayed;
    private long _events;

    public WorkflowInstruments(IMeterFactory meters, LiveRuns live, StartGate starts)
    {
        var meter = meters.Create(Name);
        _duration = meter.CreateHistogram<double>("orchestration.workflow.duration", "s",
            "How long runs took from their start to their end, by type and how they ended");
        meter.CreateObservableUpDownCounter("orchestration.workflow.active", () => live.Count, "{run}",
            "Open runs in this silo's memory");
        meter.CreateObservableUpDownCounter("orchestration.workflow.start.pending", () => starts.Pending, "{start}",
            "Starts that wait for their commit");
        _started = meter.CreateCounter<long>("orchestration.workflow.started", "{run}", "Runs started on this silo");
        _closed = meter.CreateCounter<long>("orchestration.workflow.closed", "{run}", "Runs closed on this silo");
        meter.CreateObservableCounter("orchestration.history.events", () => Interlocked.Read(ref _events), "{event}",
            "History events made durable");
        _repeated = meter.CreateCounter<long>("orchestration.history.append.repeats", "{append}",
            "Appends repeated because the store gave no answer");
        _stalled = meter.CreateCounter<long>("orchestration.workflow.stalled", "{run}", "Runs that came to a stall");
        _replayed = meter.CreateCounter<long>("orchestration.workflow.replays", "{run}", "Runs rebuilt from history");
    }

    /// <summary>The name of the meter and of the source of spans.</summary>
    public const string Name = "Orchestration.Workflows";

    /// <summary>The spans of runs.</summary>
    public static ActivitySource Source { get; } = new(Name);

    public void Started(string type) => _started.Add(1, new KeyValuePair<string, object?>(Type, type));

    public void Closed(string type, string status, TimeSpan duration)
    {
        var ofType = new KeyValuePair<string, object?>(Type, type);
        var asStatus = new KeyValuePair<string, object?>("orchestration.workflow.status", status);
        _closed.Add(1, ofType, asStatus);
        if (_duration.Enabled) _duration.Record(Math.Max(0, duration.TotalSeconds), ofType, asStatus);
    }

    // Each step comes by here, so it is only counted; who wants the number asks for it.
    public void TurnCommitted(int events) => Interlocked.Add(ref _events, events);

    public void AppendRepeated() => _repeated.Add(1);

    public void Stalled(string type) => _stalled.Add(1, new KeyValuePair<string, object?>(Type, type));

    public void Replayed(string type) => _replayed.Add(1, new KeyValuePair<string, object?>(Type, type));
}
