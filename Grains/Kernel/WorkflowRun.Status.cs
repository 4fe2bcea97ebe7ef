using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

// Status: what the run's code says of itself. Code's state, not history: every replay says it again.
public sealed partial class WorkflowRun
{
    private const int KeptChanges = 256;

    // Room for so many changes at one event.
    private const long ChangesAnEvent = 1_000_000;

    private List<StatusChange>? _changes;

    /// <summary>What the run said last; null where it has said nothing. Durable between turns only.</summary>
    public StatusChange? LatestStatus => _changes?[^1];

    /// <summary>
    /// What the run has said since a cursor, oldest first; of a run that says much only the latest 256 or more.
    /// </summary>
    public IReadOnlyList<StatusChange> StatusSince(long cursor)
    {
        var from = _changes?.FindIndex(c => c.Cursor > cursor) ?? -1;
        return from < 0 ? [] : _changes![from..];
    }

    internal void SetStatus(Payload? status, WorkflowProgress? progress)
    {
        var first = CodePosition * ChangesAnEvent;
        var cursor = LatestStatus is { } latest && latest.Cursor >= first ? latest.Cursor + 1 : first;
        _changes ??= [];
        _changes.Add(new StatusChange(cursor, CodeTime, status, progress));
        if (_changes.Count >= 2 * KeptChanges) _changes.RemoveRange(0, KeptChanges);
    }
}
