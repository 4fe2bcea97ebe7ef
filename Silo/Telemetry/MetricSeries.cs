namespace Orchestration.Silo.Telemetry;

/// <summary>
/// What was measured by one instrument under one set of tags since the process began: a sum, or a histogram. Thread-safe; a
/// reader sees counts that may be a measurement apart.
/// </summary>
internal sealed class MetricSeries(TagSet tags, double[]? bounds)
{
    private readonly double[]? _bounds = bounds;
    private readonly long[]? _buckets = bounds is null ? null : new long[bounds.Length + 1];
    private double _sum;
    private long _count;

    /// <summary>The tags.</summary>
    public TagSet Tags { get; } = tags;

    /// <summary>The upper bounds of the buckets but for the last; null for what is no histogram.</summary>
    public double[]? Bounds => _bounds;

    /// <summary>The sum of what was measured, or the last value.</summary>
    public double Sum => Volatile.Read(ref _sum);

    /// <summary>How often it was measured.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Adds a measurement.</summary>
    public void Add(double value)
    {
        if (_buckets is not null)
        {
            var place = Array.BinarySearch(_bounds!, value);
            Interlocked.Increment(ref _buckets[place >= 0 ? place : ~place]);
        }

        Interlocked.Increment(ref _count);
        var before = Volatile.Read(ref _sum);
        while (true)
        {
            var now = Interlocked.CompareExchange(ref _sum, before + value, before);
            if (now.Equals(before)) return;
            before = now;
        }
    }

    /// <summary>Takes the value that an observed instrument has now.</summary>
    public void Set(double value)
    {
        Volatile.Write(ref _sum, value);
        Interlocked.Increment(ref _count);
    }

    /// <summary>The counts of the buckets, each on its own.</summary>
    public long[] Buckets()
    {
        if (_buckets is null) return [];
        var copy = new long[_buckets.Length];
        for (var i = 0; i < copy.Length; i++) copy[i] = Interlocked.Read(ref _buckets[i]);
        return copy;
    }
}
