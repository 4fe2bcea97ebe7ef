using Orchestration.Chaos.Faults;

namespace Orchestration.Chaos.Reporting;

/// <summary>How long after each fault the throughput was back.</summary>
internal static class Recovery
{
    /// <summary>A rate is the mean of so many seconds: single ones say little.</summary>
    private const int Span = 3;

    /// <summary>What counts as back.</summary>
    private const double Part = 0.9;

    /// <summary>
    /// Seconds from a fault to the end of the last span below 90 % of the offered rate, before the next fault or the end.
    /// </summary>
    /// <param name="completed">Ended orders by second.</param>
    /// <param name="rate">The offered rate.</param>
    /// <param name="from">When the fault began.</param>
    /// <param name="until">When the next one began, or the load ended.</param>
    /// <returns>0 where the rate never fell.</returns>
    public static (double Seconds, double Lowest) Of(IReadOnlyList<int> completed, double rate, double from, double until)
    {
        var (last, lowest) = (from, double.PositiveInfinity);
        for (var start = (int)Math.Ceiling(from); start + Span <= until && start + Span <= completed.Count; start++)
        {
            var mean = completed.Skip(start).Take(Span).Average() / rate;
            lowest = Math.Min(lowest, mean);
            if (mean < Part) last = start + 1;
        }

        return (last - from, lowest);
    }

    /// <summary>When the fault after this one began; else the end.</summary>
    public static double Next(IReadOnlyList<Fault> plan, Fault fault, double end) =>
        plan.Where(f => f.At > fault.At).Select(static f => f.At).DefaultIfEmpty(end).Min();
}
