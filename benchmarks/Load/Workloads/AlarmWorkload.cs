using System.Diagnostics;
using System.Text.Json.Nodes;
using Orchestration.Benchmarks.Load.Measuring;
using Orchestration.Benchmarks.Load.Workflows;
using Orchestration.Client;

namespace Orchestration.Benchmarks.Load.Workloads;

/// <summary>100,000 timers that are due at one moment: in 100 runs in memory, or one each in as many parked runs.</summary>
internal static class AlarmWorkload
{
    private const int Timers = 100_000;
    private const int Callers = 64;

    /// <summary>Runs it.</summary>
    /// <param name="bench">What it runs on.</param>
    /// <param name="name">The workload's name.</param>
    /// <param name="runs">Over how many runs the timers are spread.</param>
    /// <param name="lead">How long before they are due the first run starts.</param>
    public static async Task<(string Workload, JsonObject Line)> RunAsync(Bench bench, string name, int runs, TimeSpan lead)
    {
        await bench.Client.Workflows.GetWorkflow<SequenceWorkflow>($"{bench.Tag}-boot").ExecuteAsync(BenchmarkInput.Of("boot",
            1));
        var due = DateTimeOffset.UtcNow + lead;
        var input = new Alarms(due.ToUnixTimeMilliseconds(), Timers / runs);
        var handles = Enumerable.Range(0, runs)
            .Select(i => bench.Client.Workflows.GetWorkflow<AlarmWorkflow>($"{bench.Tag}-{i}"))
            .ToArray();
        var began = Stopwatch.GetTimestamp();
        await InParallelAsync(runs, i => handles[i].StartAsync(input));
        var started = Stopwatch.GetElapsedTime(began);
        var inTime = DateTimeOffset.UtcNow < due;
        if (!inTime) await Console.Error.WriteLineAsync("The timers were due before all were set: the figure means nothing.");

        // The window is from a moment before they are due to the last one's end.
        var left = due - DateTimeOffset.UtcNow - TimeSpan.FromSeconds(1);
        if (left > TimeSpan.Zero) await Task.Delay(left);
        var meter = bench.NewMeter().Start();
        var late = new double[runs];
        await InParallelAsync(runs, async i => late[i] = await handles[i].GetResultAsync());
        var line = new JsonObject
        {
            ["timers"] = Timers,
            ["runs"] = runs,
            ["set_in_time"] = inTime,
            ["start_s"] = Json.Round(started.TotalSeconds),
            ["last_fired_s"] = Json.Round(late.Max() / 1000),
            ["late_ms"] = Json.Latencies([.. late]),
        };
        meter.Stop().AddTo(line);
        return (name, line);
    }

    private static Task InParallelAsync(int count, Func<int, Task> one)
    {
        var next = 0;
        return Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next) - 1; i < count; i = Interlocked.Increment(ref next) - 1) await one(i);
        })));
    }
}
