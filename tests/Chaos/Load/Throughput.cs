using System.Diagnostics;

namespace Orchestration.Chaos.Load;

/// <summary>Orders started and ended, second by second.</summary>
internal sealed class Throughput
{
    private const int MaximumSeconds = 100_000;

    private readonly List<int> _started = [];
    private readonly List<int> _completed = [];
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
        }
    }

    public void Started() => Add(_started);

    public void Completed() => Add(_completed);

    /// <summary>Ended orders by second.</summary>
    public IReadOnlyList<int> CompletedBySecond()
    {
        lock (_gate) return [.. _completed];
    }

    private void Add(List<int> seconds)
    {
        lock (_gate)
        {
            var second = (int)Stopwatch.GetElapsedTime(_began).TotalSeconds;
            if (second >= MaximumSeconds) return;
            while (seconds.Count <= second) seconds.Add(0);
            seconds[second]++;
        }
    }
}
