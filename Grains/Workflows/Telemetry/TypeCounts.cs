using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Telemetry;

/// <summary>
/// How many runs of each type have started and ended. Each start and each end comes by here, and is only counted: whoever wants
/// the numbers asks for them. Thread-safe.
/// </summary>
internal sealed class TypeCounts
{
    private const int MaximumTypes = 1000;
    private const string Others = "others";

    private static readonly KeyValuePair<string, object?>[] Statuses =
        [.. Enum.GetNames<WorkflowStatus>().Select(static s => new KeyValuePair<string, object?>(WorkflowInstruments.Status, s))];

    private readonly ConcurrentDictionary<string, Counts> _types = new(StringComparer.Ordinal);

    /// <summary>A run has started.</summary>
    public void Started(string type) => Interlocked.Increment(ref Of(type).Started);

    /// <summary>A run has ended.</summary>
    public void Closed(string type, WorkflowStatus status) => Interlocked.Increment(ref Of(type).Closed[(int)status]);

    /// <summary>The starts by type.</summary>
    public IEnumerable<Measurement<long>> AllStarted()
    {
        foreach (var (type, counts) in _types)
            if (Interlocked.Read(ref counts.Started) is > 0 and var started) yield return new(started, TagOf(type));
    }

    /// <summary>The ends by type and status.</summary>
    public IEnumerable<Measurement<long>> AllClosed()
    {
        foreach (var (type, counts) in _types)
        {
            for (var status = 0; status < counts.Closed.Length; status++)
                if (Interlocked.Read(ref counts.Closed[status]) is > 0 and var closed)
                    yield return new(closed, TagOf(type), Statuses[status]);
        }
    }

    /// <summary>The tag of a status.</summary>
    public static KeyValuePair<string, object?> TagOf(WorkflowStatus status) => Statuses[(int)status];

    private static KeyValuePair<string, object?> TagOf(string type) => new(WorkflowInstruments.Type, type);

    private Counts Of(string type)
    {
        if (_types.TryGetValue(type, out var known)) return known;
        return _types.GetOrAdd(_types.Count < MaximumTypes ? type : Others, static _ => new Counts());
    }

    private sealed class Counts
    {
        public readonly long[] Closed = new long[Statuses.Length];
        public long Started;
    }
}
