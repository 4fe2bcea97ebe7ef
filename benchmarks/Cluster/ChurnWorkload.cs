using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Benchmarks.Load.Measuring;
using Orchestration.Benchmarks.Load.Workflows;
using Orchestration.Client;

namespace Orchestration.Benchmarks.Cluster;

/// <summary>
/// Workflows that are begun at a fixed rate whatever becomes of them (an open loop), on three silos: first left in peace, then
/// with a silo that joins and one that leaves, in turn. Each counts from when it was to begin. Every second one also waits for
/// timers, so that it is handed over in its midst; of those counts how much longer they took than their timers.
/// </summary>
internal static class ChurnWorkload
{
    private const int Silos = 3;
    private const int Steps = 2;
    private const int Naps = 4;
    private const int NapMilliseconds = 250;

    public static async IAsyncEnumerable<JsonObject> RunAsync(ClusterOptions options)
    {
        await using var store = new BenchStore(options);
        var silos = new Queue<BenchSilo>();
        for (var i = 0; i < Silos; i++) silos.Enqueue(await BenchSilo.StartAsync(store));
        using var client = await BenchSilo.ConnectAsync(store);
        var load = new OpenLoop(client.Services.GetRequiredService<IWorkflowClient>(), options.Rate);
        await load.DuringAsync(Task.Delay(TimeSpan.FromSeconds(3))); // compiles
        var peace = await load.DuringAsync(Task.Delay(options.Window));
        foreach (var line in Lines("peace", peace)) yield return line;
        var (joins, leaves) = (new List<Latency>(), new List<Latency>());
        for (var round = 0; round < options.Rounds; round++)
        {
            joins.AddRange(await load.DuringAsync(AroundAsync(async () => silos.Enqueue(await BenchSilo.StartAsync(store)))));
            leaves.AddRange(await load.DuringAsync(AroundAsync(async () => await silos.Dequeue().DisposeAsync())));
        }

        foreach (var line in Lines("join", joins)) yield return line;
        foreach (var line in Lines("leave", leaves)) yield return line;
        await client.StopAsync();
        foreach (var silo in silos) await silo.DisposeAsync();

        IEnumerable<JsonObject> Lines(string phase, List<Latency> latencies) => latencies.GroupBy(static l => l.Naps)
            .OrderBy(static kind => kind.Key).Select(kind => new JsonObject
            {
                ["workload"] = "churn",
                ["store"] = options.UsesSqlite ? "sqlite" : "memory",
                ["phase"] = phase,
                ["kind"] = kind.Key ? "with timers" : "short",
                ["rate"] = options.Rate,
                ["errors"] = load.Errors,
                ["lat_ms"] = Json.Latencies([.. kind.Select(static l => l.Milliseconds)]),
            });
    }

    // The second before it belongs to nobody, the one after it feels its consequences.
    private static async Task AroundAsync(Func<Task> change)
    {
        await change();
        await Task.Delay(1000);
    }

    /// <summary>Begins workflows at a fixed rate.</summary>
    private sealed class OpenLoop(IWorkflowClient workflows, int rate)
    {
        private int _next;
        private int _errors;

        public int Errors => Volatile.Read(ref _errors);

        /// <summary>Loads until the task has ended and all workflows with it; their latencies in milliseconds.</summary>
        public async Task<List<Latency>> DuringAsync(Task task)
        {
            var latencies = new ConcurrentQueue<Latency>();
            var open = new List<Task>();
            var began = Stopwatch.GetTimestamp();
            for (var n = 0; !task.IsCompleted; n++)
            {
                var due = TimeSpan.FromSeconds(n / (double)rate);
                if (due - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } wait) await Task.Delay(wait);
                open.Add(OneAsync(began, due, latencies));
            }

            await task;
            await Task.WhenAll(open);
            return [.. latencies];
        }

        private async Task OneAsync(long began, TimeSpan due, ConcurrentQueue<Latency> latencies)
        {
            var number = Interlocked.Increment(ref _next);
            var (id, naps) = ($"c{number}", number % 2 == 0);
            try
            {
                if (naps)
                    await workflows.GetWorkflow<NapWorkflow>(id).ExecuteAsync(BenchmarkInput.Of(id, Naps, ms: NapMilliseconds));
                else
                    await workflows.GetWorkflow<SequenceWorkflow>(id).ExecuteAsync(BenchmarkInput.Of(id, Steps));
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                if (Interlocked.Increment(ref _errors) < 4) await Console.Error.WriteLineAsync($"error: {e}");
            }

            var took = (Stopwatch.GetElapsedTime(began) - due).TotalMilliseconds;
            latencies.Enqueue(new Latency(naps, naps ? took - (Naps * NapMilliseconds) : took));
        }
    }

    private readonly record struct Latency(bool Naps, double Milliseconds);
}
