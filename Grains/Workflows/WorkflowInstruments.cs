using System.Diagnostics.Metrics;

namespace Orchestration.Grains.Workflows;

/// <summary>The measures of workflow grains.</summary>
internal sealed class WorkflowInstruments
{
    private readonly Counter<long> _started;
    private readonly Counter<long> _closed;
    private readonly Counter<long> _events;
    private readonly Counter<long> _repeated;
    private readonly Counter<long> _stalled;
    private readonly Counter<long> _replayed;

    public WorkflowInstruments(IMeterFactory meters)
    {
        var meter = meters.Create("Orchestration.Workflows");
        _started = meter.CreateCounter<long>("orchestration.workflow.started", "{run}", "Runs started on this silo");
        _closed = meter.CreateCounter<long>("orchestration.workflow.closed", "{run}", "Runs closed on this silo");
        _events = meter.CreateCounter<long>("orchestration.history.events", "{event}", "History events made durable");
        _repeated = meter.CreateCounter<long>("orchestration.history.append.repeats", "{append}",
            "Appends repeated because the store gave no answer");
        _stalled = meter.CreateCounter<long>("orchestration.workflow.stalled", "{run}", "Runs that came to a stall");
        _replayed = meter.CreateCounter<long>("orchestration.workflow.replays", "{run}", "Runs rebuilt from history");
    }

    public void Started(string type) => _started.Add(1, new KeyValuePair<string, object?>("orchestration.workflow.type", type));

    public void Closed(string type, string status) => _closed.Add(
        1, new KeyValuePair<string, object?>("orchestration.workflow.type", type), new KeyValuePair<string, object?>(
            "orchestration.workflow.status", status));

    public void TurnCommitted(int events) => _events.Add(events);

    public void AppendRepeated() => _repeated.Add(1);

    public void Stalled(string type) => _stalled.Add(1, new KeyValuePair<string, object?>("orchestration.workflow.type", type));

    public void Replayed(string type) => _replayed.Add(1, new KeyValuePair<string, object?>("orchestration.workflow.type", type));
}
