using System.Diagnostics;
using Orleans.Runtime;

namespace Orchestration.Silo.Telemetry;

/// <summary>Makes the silo's figures of its metrics.</summary>
internal sealed class FigureReader(MetricsCollector metrics, FigureHistory history, ILocalSiloDetails local, TimeProvider time)
{
    /// <summary>The tag that names a workflow's type.</summary>
    public const string WorkflowType = "orchestration.workflow.type";

    /// <summary>The tag that names an activity's type.</summary>
    public const string ActivityType = "orchestration.activity.type";

    /// <summary>The tag that says how a workflow ended.</summary>
    public const string WorkflowStatus = "orchestration.workflow.status";

    /// <summary>The tag that says how an attempt ended.</summary>
    public const string Outcome = "orchestration.outcome";

    private static readonly DateTimeOffset ProcessStart = new(Process.GetCurrentProcess().StartTime.ToUniversalTime());

    /// <summary>The figures as they stand.</summary>
    public SiloFigures Read()
    {
        var instruments = metrics.Read();
        var usage = Environment.CpuUsage;
        return new SiloFigures
        {
            Silo = local.SiloAddress.ToParsableString(),
            At = time.GetUtcNow(),
            StartedAt = ProcessStart,
            Version = typeof(FigureReader).Assembly.GetName().Version?.ToString(3) ?? "",
            CpuSeconds = usage.TotalTime.TotalSeconds,
            MemoryBytes = Environment.WorkingSet,
            WorkflowsInMemory = Value(instruments, "orchestration.workflow.active"),
            RunningActivities = Value(instruments, "orchestration.activity.running"),
            WaitingActivities = Value(instruments, "orchestration.activity.waiting"),
            PendingStarts = Value(instruments, "orchestration.workflow.start.pending"),
            Activations = Value(instruments, "orchestration.runtime.activations"),
            Workflows = Types(instruments, "orchestration.workflow.duration", WorkflowType, WorkflowStatus,
                "orchestration.workflow.started"),
            Activities = WithBacklog(
                instruments, Types(instruments, "orchestration.activity.execution.duration", ActivityType, Outcome, null)),
            Samples = history.Samples,
        };
    }

    private static long Value(IReadOnlyList<MetricInstrument> instruments, string name) =>
        (long)instruments.Where(i => i.Name == name).SelectMany(static i => i.Series).Sum(static s => s.Sum);

    private static TypeFigures[] WithBacklog(IReadOnlyList<MetricInstrument> instruments, TypeFigures[] ended)
    {
        var (running, waiting) = (By("orchestration.activity.running"), By("orchestration.activity.waiting"));
        var known = ended.ToDictionary(static t => t.Type);
        return [.. known.Keys.Union(running.Keys).Union(waiting.Keys).Order(StringComparer.Ordinal).Select(type =>
            known.GetValueOrDefault(type, new TypeFigures(type, 0, [], 0, [])) with
            {
                Running = running.GetValueOrDefault(type), Waiting = waiting.GetValueOrDefault(type),
            })];

        Dictionary<string, long> By(string name) => instruments.Where(i => i.Name == name).SelectMany(static i => i.Series)
            .GroupBy(static s => s.Tags[ActivityType] ?? "").ToDictionary(static g => g.Key, static g => (long)g.Sum(s => s.Sum));
    }

    private static TypeFigures[] Types(
        IReadOnlyList<MetricInstrument> instruments, string duration, string typeTag, string outcomeTag, string? startedBy)
    {
        var ended = instruments.Where(i => i.Name == duration).SelectMany(static i => i.Series).ToLookup(s =>
            s.Tags[typeTag] ?? "");
        var started = instruments.Where(i => i.Name == startedBy).SelectMany(static i => i.Series)
            .ToLookup(s => s.Tags[typeTag] ?? "", static s => (long)s.Sum);
        var types = ended.Select(static g => g.Key).Union(started.Select(static g => g.Key)).Order(StringComparer.Ordinal);
        return [.. types.Select(type => new TypeFigures(
            type,
            started[type].Sum(),
            [.. ended[type].Select(s => new OutcomeCount(s.Tags[outcomeTag] ?? "", s.Count))],
            ended[type].Sum(static s => s.Sum),
            Add(ended[type].Select(static s => s.Buckets()))))];
    }

    private static long[] Add(IEnumerable<long[]> buckets)
    {
        long[] sum = [];
        foreach (var next in buckets)
        {
            if (sum.Length == 0) sum = new long[next.Length];
            for (var i = 0; i < Math.Min(sum.Length, next.Length); i++) sum[i] += next[i];
        }

        return sum;
    }
}
