using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Orchestration.Benchmarks.Load.Measuring;

/// <summary>
/// So many callers, each starting the next workflow as its last one ends. After a warm-up the window lasts until both its length
/// and its count are reached.
/// </summary>
internal sealed class ClosedLoop
{
    private static readonly TimeSpan LongestWindow = TimeSpan.FromSeconds(180);

    private readonly List<double>[] _latencies;
    private int _next;
    private int _errors;
    private int _done;
    private volatile bool _stop;
    private volatile bool _measuring;

    private ClosedLoop(int callers) => _latencies = [.. Enumerable.Range(0, callers).Select(static _ => new List<double>())];

    /// <summary>Runs the loop.</summary>
    /// <param name="inFlight">How many callers.</param>
    /// <param name="warmUp">How long it runs before the window.</param>
    /// <param name="window">How long is measured at least.</param>
    /// <param name="count">How many have to end in the window at least.</param>
    /// <param name="meter">What measures the window.</param>
    /// <param name="one">One workflow, given its number.</param>
    public static async Task<LoopResult> RunAsync(
        int inFlight, TimeSpan warmUp, TimeSpan window, int count, Meter meter, Func<int, Task> one)
    {
        var loop = new ClosedLoop(inFlight);
        var callers = Enumerable.Range(0, inFlight).Select(i =>
            Task.Run(() => loop.CallAsync(loop._latencies[i], one))).ToArray();
        await Task.Delay(warmUp);
        meter.Start();
        loop._measuring = true;
        var began = Stopwatch.GetTimestamp();
        TimeSpan elapsed;
        do
        {
            await Task.Delay(50);
            elapsed = Stopwatch.GetElapsedTime(began);
        }
        while (!(elapsed >= window && Volatile.Read(ref loop._done) >= count) && elapsed < LongestWindow);

        loop._measuring = false;
        elapsed = Stopwatch.GetElapsedTime(began);
        var reading = meter.Stop();
        var done = Volatile.Read(ref loop._done);
        loop._stop = true;
        await Task.WhenAll(callers);
        return new LoopResult(done, loop._errors, done / elapsed.TotalSeconds, loop._latencies.SelectMany(static l =>
            l).ToList(), reading);
    }

    private async Task CallAsync(List<double> latencies, Func<int, Task> one)
    {
        while (!_stop)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                await one(Interlocked.Increment(ref _next) - 1);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                if (Interlocked.Increment(ref _errors) < 4) await Console.Error.WriteLineAsync($"error: {e}");
                await Task.Delay(20);
                continue;
            }

            if (!_measuring) continue;
            latencies.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            Interlocked.Increment(ref _done);
        }
    }
}

/// <summary>What a loop did in its window.</summary>
internal sealed record LoopResult(int Done, int Errors, double PerSecond, List<double> Latencies, Reading Reading)
{
    /// <summary>The usual line of a loop: rate, latency, and what 1,000 workflows cost.</summary>
    public JsonObject ToLine(int steps, int inFlight)
    {
        var line = new JsonObject
        {
            ["inflight"] = inFlight,
            ["workflows"] = Done,
            ["errors"] = Errors,
            ["workflows_per_s"] = Json.Round(PerSecond, 1),
            ["steps_per_s"] = Json.Round(PerSecond * steps, 1),
            ["lat_ms"] = Json.Latencies(Latencies),
            ["cpu_s_per_1000"] = Json.Object(Reading.Cpu, v => Json.Round(v / (Done / 1000.0), 3)),
            ["flushes_per_workflow"] = Json.Round(Reading.Flushes / Done, 3),
            ["disk_kb_per_workflow"] = Json.Round(Reading.DiskMegabytes * 1000 / Done),
        };
        Reading.AddTo(line);
        return line;
    }
}
