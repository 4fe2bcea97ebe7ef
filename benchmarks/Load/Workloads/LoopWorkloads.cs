using System.Text.Json.Nodes;
using Orchestration.Benchmarks.Load.Hosting;
using Orchestration.Benchmarks.Load.Measuring;
using Orchestration.Benchmarks.Load.Workflows;
using Orchestration.Client;

namespace Orchestration.Benchmarks.Load.Workloads;

/// <summary>The closed loops: sequences, fan-outs and bare calls.</summary>
internal static class LoopWorkloads
{
    /// <summary>Workflows of so many activities in sequence.</summary>
    public static async Task<(string Workload, JsonObject Line)> SequenceAsync(
        Bench bench, string name, int steps, int inFlight, TimeSpan window, int count)
    {
        var line = await RunAsync(bench, inFlight, window, count, steps, async id =>
        {
            var last = await bench.Client.Workflows.GetWorkflow<SequenceWorkflow>(id).ExecuteAsync(BenchmarkInput.Of(id, steps));
            if (last?.Step != steps - 1) throw new InvalidOperationException($"{id} ended with {last}.");
        });
        return (name, line);
    }

    /// <summary>Workflows of 100 activities at once, 8 in flight.</summary>
    public static async Task<(string Workload, JsonObject Line)> FanOutAsync(Bench bench, TimeSpan window)
    {
        const int Steps = 100;
        const int InFlight = 8;
        var line = await RunAsync(bench, InFlight, window, 0, Steps, async id =>
        {
            var ended = await bench.Client.Workflows.GetWorkflow<FanOutWorkflow>(id).ExecuteAsync(BenchmarkInput.Of(id, Steps));
            if (ended != Steps) throw new InvalidOperationException($"{id} ended with {ended}.");
        });
        return ("W3-fanout100", line);
    }

    /// <summary>Calls of 100 grains by 100 callers.</summary>
    public static async Task<(string Workload, JsonObject Line)> CallsAsync(Bench bench, TimeSpan window)
    {
        const int Callers = 100;
        var grains = Enumerable.Range(0, Callers).Select(i => bench.Client.Grains.GetGrain<INullGrain>($"null-{i}")).ToArray();
        var result = await ClosedLoop.RunAsync(Callers, bench.Options.WarmUp, window, 0, bench.NewMeter(), async i =>
        {
            if (await grains[i % Callers].EchoAsync(i) != i) throw new InvalidOperationException(
                "The answer is not this call's.");
        });
        var line = new JsonObject
        {
            ["callers"] = Callers,
            ["calls"] = result.Done,
            ["errors"] = result.Errors,
            ["calls_per_s"] = Json.Round(result.PerSecond, 0),
            ["lat_ms"] = Json.Latencies(result.Latencies),
            ["cpu_us_per_call"] = Json.Object(result.Reading.Cpu, v => Json.Round(v * 1e6 / result.Done)),
        };
        result.Reading.AddTo(line);
        return ("client-calls", line);
    }

    private static async Task<JsonObject> RunAsync(
        Bench bench, int inFlight, TimeSpan window, int count, int steps, Func<string, Task> one)
    {
        var before = await bench.Store.CountAsync();
        var requests = await bench.RequestsAsync();
        var began = 0;
        var result = await ClosedLoop.RunAsync(inFlight, bench.Options.WarmUp, window, count, bench.NewMeter(), i =>
        {
            Interlocked.Increment(ref began);
            return one($"{bench.Tag}-{i}");
        });
        var line = result.ToLine(steps, inFlight);
        if (await bench.RequestsAsync() - requests is > 0 and var sent)
            line["requests_per_workflow"] = Json.Round(sent / (double)began, 3);

        // The server's counters lag by up to a second. They count the warm-up too, and so does what they are divided by.
        if (before is null) return line;
        await Task.Delay(TimeSpan.FromSeconds(1.2));
        if (await bench.Store.CountAsync() is { } after) line["pg_per_workflow"] = after.Since(before, began);
        return line;
    }
}
