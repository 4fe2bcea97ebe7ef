using System.Text.Json;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Silo.Telemetry;

/// <summary>Asks all silos for their figures and adds them up.</summary>
internal sealed class ClusterFigures(
    IGrainFactory grains, IClusterMembershipService membership, FigureReader own, ILocalSiloDetails local, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The figures of the cluster; a silo that does not answer in time is told of without any.</summary>
    public async Task<ClusterMetricsModel> ReadAsync(CancellationToken cancellationToken)
    {
        var members = membership.CurrentSnapshot.Members.Values.Where(static m => m.Status != SiloStatus.Dead)
            .OrderBy(static m => m.SiloAddress).ToList();
        var figures = await Task.WhenAll(members.Select(m => AskAsync(m.SiloAddress, cancellationToken)));
        var known = figures.OfType<SiloFigures>().ToList();
        return new ClusterMetricsModel
        {
            At = time.GetUtcNow(),
            Silos = [.. members.Zip(figures, static (m, f) => new SiloMetricsModel
            {
                Silo = m.SiloAddress.ToParsableString(),
                Name = m.Name,
                Status = JsonNamingPolicy.CamelCase.ConvertName(m.Status.ToString()),
                HasAnswered = f is not null,
                Version = f?.Version,
                StartedAt = f?.StartedAt,
                CpuSeconds = f?.CpuSeconds ?? 0,
                MemoryBytes = f?.MemoryBytes ?? 0,
                WorkflowsInMemory = f?.WorkflowsInMemory ?? 0,
                RunningActivities = f?.RunningActivities ?? 0,
                WaitingActivities = f?.WaitingActivities ?? 0,
                PendingStarts = f?.PendingStarts ?? 0,
                Activations = f?.Activations ?? 0,
            })],
            Workflows = Add(known.SelectMany(static f => f.Workflows), false, static o => o is "Completed" or "ContinuedAsNew"),
            Activities = Add(known.SelectMany(static f => f.Activities), true, static o => o is "completed" or "outside"),
            Series = [.. known.SelectMany(static f => f.Samples).GroupBy(static s => s.At).OrderBy(static g => g.Key)
                .Select(static g => new MetricsSampleModel
                {
                    At = DateTimeOffset.FromUnixTimeSeconds(g.Key),
                    Started = g.Sum(static s => s.Started),
                    Closed = g.Sum(static s => s.Closed),
                    Failed = g.Sum(static s => s.Failed),
                    Activities = g.Sum(static s => s.Activities),
                    ActivityFailures = g.Sum(static s => s.ActivityFailures),
                })],
            SeriesSeconds = FigureHistory.Period.TotalSeconds,
        };
    }

    private async Task<SiloFigures?> AskAsync(SiloAddress silo, CancellationToken cancellationToken)
    {
        if (silo.Equals(local.SiloAddress)) return own.Read();
        try
        {
            return await grains.GetGrain<ISiloFiguresGrain>(silo.ToParsableString()).ReadAsync().WaitAsync(Patience,
                cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            return null;
        }
    }

    private static List<TypeMetricsModel> Add(
        IEnumerable<TypeFigures> figures, bool haveBacklog, Func<string, bool> isWell) =>
        [.. figures.GroupBy(static f => f.Type).OrderBy(static g => g.Key, StringComparer.Ordinal).Select(g =>
        {
            var outcomes = g.SelectMany(static f => f.Outcomes).GroupBy(static o => o.Outcome)
                .ToDictionary(static o => JsonNamingPolicy.CamelCase.ConvertName(o.Key), static o => o.Sum(static c => c.Count));
            var buckets = new long[MetricInstrument.Seconds.Length + 1];
            foreach (var f in g)
                for (var i = 0; i < Math.Min(buckets.Length, f.Buckets.Length); i++) buckets[i] += f.Buckets[i];
            var ended = outcomes.Values.Sum();
            return new TypeMetricsModel
            {
                Type = g.Key,
                Started = g.Sum(static f => f.Started),
                Ended = ended,
                Failed = g.SelectMany(static f => f.Outcomes).Where(o => !isWell(o.Outcome)).Sum(static o => o.Count),
                Outcomes = outcomes,
                Running = haveBacklog ? g.Sum(static f => f.Running) : null,
                Waiting = haveBacklog ? g.Sum(static f => f.Waiting) : null,
                AverageSeconds = ended == 0 ? null : g.Sum(static f => f.Seconds) / ended,
                P50Seconds = Quantile(buckets, 0.5),
                P95Seconds = Quantile(buckets, 0.95),
                P99Seconds = Quantile(buckets, 0.99),
            };
        })];

    /// <summary>Reckoned within its bucket, as Prometheus does; beyond the last bound it is that bound.</summary>
    internal static double? Quantile(long[] buckets, double quantile)
    {
        var bounds = MetricInstrument.Seconds;
        var wanted = buckets.Sum() * quantile;
        if (wanted <= 0) return null;
        var seen = 0L;
        for (var i = 0; i < bounds.Length; i++)
        {
            if (seen + buckets[i] < wanted)
            {
                seen += buckets[i];
                continue;
            }

            var below = i == 0 ? 0 : bounds[i - 1];
            return below + ((bounds[i] - below) * ((wanted - seen) / buckets[i]));
        }

        return bounds[^1];
    }
}
