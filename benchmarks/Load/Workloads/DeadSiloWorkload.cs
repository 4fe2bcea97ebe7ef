using System.Diagnostics;
using System.Text.Json.Nodes;
using Orchestration.Benchmarks.Load.Measuring;
using Orchestration.Benchmarks.Load.Workflows;
using Orchestration.Client;

namespace Orchestration.Benchmarks.Load.Workloads;

/// <summary>
/// kill -9 of one of several silos with 10,000 runs on each, all of which have an attempt under way: how long after it was
/// declared dead each of its runs had the attempt dispatched anew.
/// </summary>
internal static class DeadSiloWorkload
{
    private const int RunsASilo = 10_000;
    private const int Callers = 256;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <summary>Runs it.</summary>
    public static async Task<(string Workload, JsonObject Line)> RunAsync(LoadOptions options)
    {
        options = options with { Silos = Math.Max(2, options.Silos) };
        await using var bench = await Bench.StartAsync(options, logs: true);
        var began = Stopwatch.GetTimestamp();
        await StartAsync(bench, RunsASilo * options.Silos);
        var started = Stopwatch.GetElapsedTime(began);
        var running = await UntilAsync(
            () => Enumerable.Range(0, options.Silos).Sum(i => ExecutionLog.Of(Bench.LogOf(options, i), 1).Count),
            RunsASilo * options.Silos);

        var victim = options.Silos - 1;
        var lost = ExecutionLog.Of(Bench.LogOf(options, victim), 1).Select(static e => e.Id).ToHashSet();
        var meter = bench.NewMeter().Start();
        var killed = DateTimeOffset.UtcNow;
        await bench.Silos[victim].KillAsync();
        await UntilAsync(
            async () => (int)await bench.Store.CountAsync("members", "status = 6"), 1, TimeSpan.FromMilliseconds(20));
        var declared = DateTimeOffset.UtcNow;
        Dictionary<string, long> Again() => Enumerable.Range(0, victim)
            .SelectMany(i => ExecutionLog.Of(Bench.LogOf(options, i), 2)).Where(e => lost.Contains(e.Id))
            .GroupBy(static e => e.Id).ToDictionary(static e => e.Key, static e => e.Min(static x => x.At));
        await UntilAsync(() => Again().Count, lost.Count);
        var reading = meter.Stop();
        var after = Again().Values.Select(at => (double)(at - declared.ToUnixTimeMilliseconds())).ToList();
        var line = new JsonObject
        {
            ["runs"] = running,
            ["start_s"] = Json.Round(started.TotalSeconds),
            ["on_dead_silo"] = lost.Count,
            ["declared_dead_s"] = Json.Round((declared - killed).TotalSeconds),
            ["dispatched_again"] = after.Count,
            ["after_declared_ms"] = Json.Latencies(after),
        };
        reading.AddTo(line);
        return ("D1-dead-silo", line);
    }

    private static async Task StartAsync(Bench bench, int runs)
    {
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next) - 1; i < runs; i = Interlocked.Increment(ref next) - 1)
            {
                var id = $"{bench.Tag}-{i}";
                await bench.Client.Workflows.GetWorkflow<HoldWorkflow>(id).StartAsync(BenchmarkInput.Of(id));
            }
        })));
    }

    private static Task<int> UntilAsync(Func<int> count, int wanted) =>
        UntilAsync(() => Task.FromResult(count()), wanted, TimeSpan.FromMilliseconds(500));

    private static async Task<int> UntilAsync(Func<Task<int>> count, int wanted, TimeSpan pause)
    {
        for (var began = Stopwatch.GetTimestamp(); ;)
        {
            var now = await count();
            if (now >= wanted || Stopwatch.GetElapsedTime(began) > Limit) return now;
            await Task.Delay(pause);
        }
    }
}
