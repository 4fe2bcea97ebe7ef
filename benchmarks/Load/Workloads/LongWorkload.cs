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
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    /// <summary>Runs it.</summary>
    public static async Task<(string Workload, JsonObject Line)> RunAsync(Bench bench)
    {
        // A silo as it is after start-up, not in its first second: workflows go through for 3 s, as before every loop.
        var warm = Stopwatch.GetTimestamp();
        for (var i = 0; Stopwatch.GetElapsedTime(warm) < WarmUp; i++)
        {
            await bench.Client.Workflows.GetWorkflow<SequenceWorkflow>($"{bench.Tag}-warm{i}")
                .ExecuteAsync(BenchmarkInput.Of("warm", 5));
        }

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
