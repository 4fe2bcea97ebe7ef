using Orchestration.Chaos.Faults;

namespace Orchestration.Chaos.Reporting;

/// <summary>How much longer orders took while silos left and joined than in peace.</summary>
internal static class Slowness
{
    // A silo hands over, ends, and its successor joins within this.
    private const int Affected = 15;

    // Of fewer seconds a percentile says little.
    private const int Least = 10;

    /// <summary>The 99th percentile of those that ended while no fault was at work, in seconds.</summary>
    public static double InPeace(IReadOnlyList<IReadOnlyList<double>> latencies, IReadOnlyList<Fault> plan, double end) =>
        Percentile(PeacefulSeconds(latencies, plan, end).Select(second => latencies[second]));

    /// <summary>
    /// The same for each stretch of peace by itself, which is about as long as what a fault is measured by: by how much it
    /// differs without any fault.
    /// </summary>
    public static IReadOnlyList<double> OfEachPeace(
        IReadOnlyList<IReadOnlyList<double>> latencies, IReadOnlyList<Fault> plan, double end) =>
        [.. PeacefulSeconds(latencies, plan, end).Index().GroupBy(static s => s.Item - s.Index)
            .Where(static g => g.Count() >= Least)
            .Select(g => Percentile(g.Select(s => latencies[s.Item]))).Order()];

    /// <summary>The same of those that ended from a fault's beginning on, until it and what follows from it were over.</summary>
    public static double Of(IReadOnlyList<IReadOnlyList<double>> latencies, Fault fault) =>
        Percentile(latencies.Skip((int)fault.At).Take(Affected));

    private static IEnumerable<int> PeacefulSeconds(
        IReadOnlyList<IReadOnlyList<double>> latencies, IReadOnlyList<Fault> plan, double end)
    {
        // The first seconds have their own cause, and those after the end are few.
        var harmed = plan.Where(static f => !double.IsNaN(f.At))
            .Select(static f => (From: (int)f.At - 1, Until: f.At + f.Length.TotalSeconds + Affected)).ToList();
        return Enumerable.Range(0, Math.Min((int)end, latencies.Count)).Where(second =>
            second >= 5 && !harmed.Any(h => second >= h.From && second <= h.Until));
    }

    private static double Percentile(IEnumerable<IReadOnlyList<double>> seconds)
    {
        var all = seconds.SelectMany(static s => s).Order().ToList();
        return all.Count == 0 ? double.NaN : all[(int)Math.Ceiling(all.Count * 0.99) - 1];
    }
}
