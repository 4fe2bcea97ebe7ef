using System.Diagnostics;

namespace Orchestration.Chaos.Load;

/// <summary>Orders started and ended, second by second.</summary>
internal sealed class Throughput
{
    private const int MaximumSeconds = 100_000;

    private readonly List<int> _started = [];
    private readonly List<int> _completed = [];
    private readonly List<List<(string Order, double Seconds)>> _latencies = [];
    private readonly Lock _gate = new();
    private long _began = Stopwatch.GetTimestamp();

    /// <summary>Forgets what was, and counts from now on.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            _began = Stopwatch.GetTimestamp();
            _started.Clear();
            _completed.Clear();
            _latencies.Clear();
        }
    }

    public void Started() => Add(_started);

    /// <summary>One has ended, so many seconds after its start was asked for.</summary>
    public void Completed(string order, double after)
    {
        lock (_gate)
        {
            if (Add(_completed) is not { } second) return;
            while (_latencies.Count <= second) _latencies.Add([]);
            _latencies[second].Add((order, after));
        }
    }

    /// <summary>Ended orders by second.</summary>
    public IReadOnlyList<int> CompletedBySecond()
    {
        lock (_gate) return [.. _completed];
    }

    /// <summary>How long those took that ended in some second, by second, without what was their own doing.</summary>
    public IReadOnlyList<IReadOnlyList<double>> LatenciesBySecond(Func<string, TimeSpan> own)
    {
        lock (_gate)
        {
            return [.. _latencies.Select(second =>
                second.Select(o => Math.Max(0, o.Seconds - own(o.Order).TotalSeconds)).ToArray())];
        }
    }

    private int? Add(List<int> seconds)
    {
        lock (_gate)
        {
            var second = (int)Stopwatch.GetElapsedTime(_began).TotalSeconds;
            if (second >= MaximumSeconds) return null;
            while (seconds.Count <= second) seconds.Add(0);
            seconds[second]++;
            return second;
        }
    }
}
