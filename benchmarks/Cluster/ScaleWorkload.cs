using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Benchmarks.Load.Measuring;
using Orchestration.Benchmarks.Load.Workflows;
using Orchestration.Client;

namespace Orchestration.Benchmarks.Cluster;

/// <summary>What a workflow costs, by the number of silos: the whole process's CPU, its client and store included.</summary>
internal static class ScaleWorkload
{
    private const int Callers = 64;
    private const int Steps = 5;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public static async IAsyncEnumerable<JsonObject> RunAsync(ClusterOptions options)
    {
        await MeasureAsync(options, 1, TimeSpan.FromSeconds(2)); // compiles
        double? alone = null;
        foreach (var silos in options.Silos)
        {
            var (count, cpu, elapsed) = await MeasureAsync(options, silos, options.Window);
            var each = cpu / count;
            alone ??= each;
            yield return new JsonObject
            {
                ["workload"] = "scale",
                ["silos"] = silos,
                ["workflows"] = count,
                ["workflows_per_s"] = Json.Round(count / elapsed, 0),
                ["cpu_us_per_workflow"] = Json.Round(each * 1e6, 0),
                ["ratio"] = Json.Round(each / alone.Value, 3),
            };
        }
    }

    private static async Task<(int Count, double Cpu, double Seconds)> MeasureAsync(
        ClusterOptions options, int count, TimeSpan window)
    {
        await using var store = new BenchStore(options);
        var silos = new List<BenchSilo>();
        for (var i = 0; i < count; i++) silos.Add(await BenchSilo.StartAsync(store));
        using var client = await BenchSilo.ConnectAsync(store);
        var workflows = client.Services.GetRequiredService<IWorkflowClient>();
        var (next, done) = (0, 0);
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var id = $"w{Interlocked.Increment(ref next)}";
                await workflows.GetWorkflow<SequenceWorkflow>(id).ExecuteAsync(BenchmarkInput.Of(id, Steps));
                Interlocked.Increment(ref done);
            }
        })).ToArray();
        await Task.Delay(WarmUp);
        GC.Collect();
        var process = Process.GetCurrentProcess();
        var (cpu, before, began) = (process.TotalProcessorTime, Volatile.Read(ref done), Stopwatch.GetTimestamp());
        await Task.Delay(window);
        process.Refresh();
        var result = (Volatile.Read(ref done) - before, (process.TotalProcessorTime - cpu).TotalSeconds,
            Stopwatch.GetElapsedTime(began).TotalSeconds);
        await stop.CancelAsync();
        await Task.WhenAll(callers);
        await client.StopAsync();
        foreach (var silo in silos) await silo.DisposeAsync();
        return result;
    }
}
