using System.Diagnostics;
using System.Text.Json.Nodes;
using Orchestration.Benchmarks.Load.Measuring;
using Orchestration.Benchmarks.Load.Workflows;
using Orchestration.Client;

namespace Orchestration.Benchmarks.Load.Workloads;

/// <summary>1,000 activities in sequence in one workflow, with the time of each 100.</summary>
internal static class LongWorkload
{
    private const int Steps = 1000;
    private const int Mark = 100;

    /// <summary>Runs it.</summary>
    public static async Task<(string Workload, JsonObject Line)> RunAsync(Bench bench)
    {
        // The peers' harnesses have a workflow go through before the first one that counts, so that code is loaded.
        await bench.Client.Workflows.GetWorkflow<SequenceWorkflow>($"{bench.Tag}-boot").ExecuteAsync(BenchmarkInput.Of("boot",
            1));
        var id = $"{bench.Tag}-long";
        var meter = bench.NewMeter().Start();
        var began = Stopwatch.GetTimestamp();
        var result = await bench.Client.Workflows.GetWorkflow<MarkedSequenceWorkflow>(id)
            .ExecuteAsync(BenchmarkInput.Of(id, Steps, Mark));
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var line = new JsonObject
        {
            ["total_s"] = Json.Round(seconds),
            ["steps_per_s"] = Json.Round(Steps / seconds, 1),
            ["ms_per_100_steps"] = new JsonArray([.. result.Marks.Zip(result.Marks.Skip(1), static (a, b) =>
                (JsonNode?)(b - a))]),
        };
        meter.Stop().AddTo(line);
        return ("W4-long1000", line);
    }
}
