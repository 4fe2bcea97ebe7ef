using System.Diagnostics;
using System.Text.Json.Nodes;
using Orchestration.Benchmarks.Load.Measuring;
using Orchestration.Benchmarks.Load.Workflows;
using Orchestration.Client;

namespace Orchestration.Benchmarks.Load.Workloads;

/// <summary>Workflows that sleep: what each costs in memory meanwhile, and how late they wake.</summary>
internal static class SleeperWorkload
{
    private const int Callers = 64;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan BeforeLook = TimeSpan.FromSeconds(10);

    /// <summary>Runs it.</summary>
    public static async Task<(string Workload, JsonObject Line)> RunAsync(Bench bench)
    {
        await bench.Client.Workflows.GetWorkflow<SequenceWorkflow>($"{bench.Tag}-boot").ExecuteAsync(BenchmarkInput.Of("boot",
            1));
        await Task.Delay(Settling);
        await bench.Silo.CollectAsync();
        var before = Processes.MemoryMibOf([bench.Silo.Id]).Rss;
        var clientBefore = Processes.MemoryMibOf([Environment.ProcessId]).Rss;

        var options = bench.Options;
        var meter = bench.NewMeter().Start();
        var began = Stopwatch.GetTimestamp();
        var handles = Enumerable.Range(0, options.Sleepers)
            .Select(i => bench.Client.Workflows.GetWorkflow<SleeperWorkflow>($"{bench.Tag}-{i}"))
            .ToArray();
        var milliseconds = (int)options.Sleep.TotalMilliseconds;
        await InParallelAsync(handles.Length, i =>
            handles[i].StartAsync(BenchmarkInput.Of(handles[i].Key.Id.Value, ms: milliseconds)));
        var started = Stopwatch.GetElapsedTime(began);

        await Task.Delay(BeforeLook);
        var uncollected = Processes.MemoryMibOf([bench.Silo.Id]).Rss;
        var managed = await bench.Silo.CollectAsync();
        var asleep = Processes.MemoryMibOf([bench.Silo.Id]).Rss;

        var late = new double[handles.Length];
        await InParallelAsync(handles.Length, async i => late[i] = await handles[i].GetResultAsync());
        var line = new JsonObject
        {
            ["sleepers"] = options.Sleepers,
            ["sleep_s"] = options.Sleep.TotalSeconds,
            ["start_s"] = Json.Round(started.TotalSeconds),
            ["all_done_s"] = Json.Round(Stopwatch.GetElapsedTime(began).TotalSeconds),
            ["late_ms"] = Json.Latencies([.. late]),
            ["rss_base_mib"] = new JsonObject { ["server"] = Json.Round(before, 1), ["client"] = Json.Round(clientBefore, 1) },
            ["rss_mid_mib"] = new JsonObject
            {
                ["server"] = Json.Round(asleep, 1), ["server_uncollected"] = Json.Round(
                uncollected, 1)
            },
            ["managed_mid_mib"] = Json.Round(managed / 1048576.0, 1),
            ["server_kib_per_sleeper"] = Json.Round((asleep - before) * 1024 / options.Sleepers, 1),
        };
        meter.Stop().AddTo(line);
        return ("W5-sleepers", line);
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
