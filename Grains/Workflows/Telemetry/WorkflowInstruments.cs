using System.Diagnostics;
using System.Diagnostics.Metrics;
using Orchestration.Grains.Recovery;
using Orchestration.Grains.Workflows.Starts;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Telemetry;

/// <summary>The measures of workflow grains.</summary>
internal sealed class WorkflowInstruments
{
    /// <summary>The tag of a workflow type.</summary>
    public const string Type = "orchestration.workflow.type";

    /// <summary>The tag of how a run has ended.</summary>
    public const string Status = "orchestration.workflow.status";

    private readonly TypeCounts _counts = new();
    private readonly Histogram<double> _duration;
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
        meter.CreateObservableCounter("orchestration.workflow.started", _counts.AllStarted, "{run}", "Runs started on this silo");
        meter.CreateObservableCounter("orchestration.workflow.closed", _counts.AllClosed, "{run}", "Runs closed on this silo");
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

    public void Started(string type) => _counts.Started(type);

    public void Closed(string type, WorkflowStatus status, TimeSpan duration)
    {
        _counts.Closed(type, status);
        if (!_duration.Enabled) return;
        _duration.Record(
            Math.Max(0, duration.TotalSeconds), new KeyValuePair<string, object?>(Type, type), TypeCounts.TagOf(status));
    }

    // Each step comes by here, so it is only counted; who wants the number asks for it.
    public void TurnCommitted(int events) => Interlocked.Add(ref _events, events);

    public void AppendRepeated() => _repeated.Add(1);

    public void Stalled(string type) => _stalled.Add(1, new KeyValuePair<string, object?>(Type, type));

    public void Replayed(string type) => _replayed.Add(1, new KeyValuePair<string, object?>(Type, type));
}
