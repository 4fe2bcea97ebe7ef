using Orchestration.Chaos.Faults;

namespace Orchestration.Chaos.Reporting;

/// <summary>How much longer orders took while silos left and joined than in peace.</summary>
internal static class Slowness
{
    // A silo hands over, ends, and its successor joins within this.
    private const int Affected = 15;

    /// <summary>The 99th percentile of those that ended while no fault was at work, in seconds.</summary>
    public static double InPeace(IReadOnlyList<IReadOnlyList<double>> latencies, IReadOnlyList<Fault> plan, double end)
    {
        // The first seconds have their own cause, and those after the end are few.
        var harmed = plan.Where(static f => !double.IsNaN(f.At))
            .Select(static f => (From: (int)f.At - 1, Until: f.At + f.Length.TotalSeconds + Affected)).ToList();
        return Percentile(latencies.Take((int)end).Where((_, second) =>
            second >= 5 && !harmed.Any(h => second >= h.From && second <= h.Until)));
    }

    /// <summary>The same of those that ended from a fault's beginning on, until it and what follows from it were over.</summary>
    public static double Of(IReadOnlyList<IReadOnlyList<double>> latencies, Fault fault) =>
        Percentile(latencies.Skip((int)fault.At).Take(Affected));

    private static double Percentile(IEnumerable<IReadOnlyList<double>> seconds)
    {
        var all = seconds.SelectMany(static s => s).Order().ToList();
        return all.Count == 0 ? double.NaN : all[(int)Math.Ceiling(all.Count * 0.99) - 1];
    }
}
