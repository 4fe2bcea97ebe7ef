using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Orchestration.Silo.Telemetry;

/// <summary>What an instrument is, and its series. No more than a bound of them, so that tags cannot fill the memory.</summary>
internal sealed class MetricInstrument
{
    private const int MaximumSeries = 2000;

    // An instrument has few series for the most part: among so many a text is compared sooner than its hash is reckoned.
    private const int Few = 12;

    /// <summary>The bounds of durations: seconds, from half a millisecond to an hour: what steps, attempts and runs
    /// take.</summary>
    public static readonly double[] Seconds =
        [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600];

    private static readonly double[] Sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

    private readonly ConcurrentDictionary<TagSet, MetricSeries> _series = new();
    private readonly double[]? _bounds;
    private MetricSeries[] _first = [];

    public MetricInstrument(Instrument instrument)
    {
        Name = instrument.Name;
        Unit = instrument.Unit ?? "";
        Description = instrument.Description ?? "";
        var type = instrument.GetType().GetGenericTypeDefinition();
        IsHistogram = type == typeof(Histogram<>);
        IsMonotonic = type == typeof(Counter<>) || type == typeof(ObservableCounter<>);
        IsObserved = instrument.IsObservable;
        _bounds = !IsHistogram ? null : Unit == "s" ? Seconds : Sizes;
    }

    /// <summary>The name, as the engine has it.</summary>
    public string Name { get; }

    /// <summary>The unit, as UCUM has it.</summary>
    public string Unit { get; }

    /// <summary>What it measures.</summary>
    public string Description { get; }

    /// <summary>Whether it counts how measurements are spread.</summary>
    public bool IsHistogram { get; }

    /// <summary>Whether it only grows.</summary>
    public bool IsMonotonic { get; }

    /// <summary>Whether it is asked for its value, and does not tell each change.</summary>
    public bool IsObserved { get; }

    /// <summary>Its series.</summary>
    public ICollection<MetricSeries> Series => _series.Values;

    /// <summary>Takes a measurement.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = Among(Volatile.Read(ref _first), tags) ?? Find(TagSet.Of(tags));
        if (IsObserved) series.Set(value);
        else series.Add(value);
    }

    /// <summary>How often each series of an observed instrument was told.</summary>
    public Dictionary<MetricSeries, long> Observations() => _series.Values.ToDictionary(static s => s, static s => s.Count);

    /// <summary>Sets the series to zero that were not told since.</summary>
    public static void ClearUntold(Dictionary<MetricSeries, long> before)
    {
        foreach (var (series, count) in before)
            if (series.Count == count) series.Set(0);
    }

    private static MetricSeries? Among(MetricSeries[] series, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var one in series)
            if (one.Tags.Are(tags)) return one;
        return null;
    }

    private MetricSeries Find(TagSet tags)
    {
        if (_series.TryGetValue(tags, out var known)) return known;
        if (_series.Count >= MaximumSeries) tags = TagSet.Overflow;
        var series = _series.GetOrAdd(tags, static (t, bounds) => new MetricSeries(t, bounds), _bounds);
        var first = Volatile.Read(ref _first);
        if (first.Length < Few && !first.Contains(series))
            Interlocked.CompareExchange(ref _first, [.. first, series], first); // lost to another one: found by its hash
        return series;
    }
}
