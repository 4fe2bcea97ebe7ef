using System.Diagnostics;
using System.Text.Json.Nodes;
using Orchestration.Benchmarks.Load.Hosting;
using Orchestration.Benchmarks.Load.Measuring;

namespace Orchestration.Benchmarks.Load.Workloads.Raw;

/// <summary>
/// What it costs to share the same work among processes, without any of ours in it: 64 turns in flight, appended by the driver
/// alone, all by one process in groups of 32 on two connections, then by several, each with its share as one group on one. In
/// turns. It is what no cluster of so many processes on this machine and this database can go below.
/// </summary>
internal static class RawSplitWorkload
{
    private const int Callers = 64;
    private const int Rounds = 3;

    /// <summary>Runs it.</summary>
    public static async Task<(string Workload, JsonObject Line)> RunAsync(LoadOptions options)
    {
        var (one, split) = (new List<Cost>(), new List<Cost>());
        for (var round = 0; round < Rounds; round++)
        {
            one.Add(await MeasureAsync(options, processes: 1));
            split.Add(await MeasureAsync(options, options.Silos));
        }

        return ("RAW-split", new JsonObject
        {
            ["one"] = new JsonArray([.. one.Select(static c => c.ToJson())]),
            ["split"] = new JsonArray([.. split.Select(static c => c.ToJson())]),
            ["cpu_ratio"] = Json.Round(split.Sum(static c => c.Total) / one.Sum(static c => c.Total), 3),
            ["cpu_ratios"] = new JsonArray([.. one.Zip(split, static (a, b) => (JsonNode)Json.Round(b.Total / a.Total, 2)!)]),
        });
    }

    private static async Task<Cost> MeasureAsync(LoadOptions options, int processes)
    {
        // Empty each time: what tables and indexes cost depends on how large they have become.
        await using var store = await LoadStore.CreateAsync(options);
        var writers = new List<WriterProcess>();
        try
        {
            for (var i = 0; i < processes; i++)
                writers.Add(WriterProcess.Start(store.Address!, Callers / processes, $"writer-{i}"));
            await WrittenAsync(writers); // All are at work.
            await Task.Delay(options.WarmUp);
            var meter = new Meter(new Dictionary<string, IReadOnlyList<int>>
            {
                ["client"] = [.. writers.Select(static w => w.Id)], ["database"] = store.ServerId is { } id ? [id] : [],
            });
            var before = await WrittenAsync(writers);
            meter.Start();
            var began = Stopwatch.GetTimestamp();
            await Task.Delay(options.Window);
            var written = await WrittenAsync(writers) - before;
            var elapsed = Stopwatch.GetElapsedTime(began);
            var reading = meter.Stop();
            return new Cost(
                reading.Cpu["client"] * 1e6 / written, reading.Cpu["database"] * 1e6 / written, written / elapsed.TotalSeconds);
        }
        finally
        {
            await Task.WhenAll(writers.Select(static w => w.DisposeAsync().AsTask()));
        }
    }

    private static async Task<long> WrittenAsync(IEnumerable<WriterProcess> writers) =>
        (await Task.WhenAll(writers.Select(static w => w.WrittenAsync()))).Sum();

    /// <summary>Microseconds of CPU an append.</summary>
    private sealed record Cost(double Client, double Database, double PerSecond)
    {
        public double Total => Client + Database;

        public JsonObject ToJson() => new()
        {
            ["client_us"] = Json.Round(Client), ["database_us"] = Json.Round(Database),
            ["appends_per_s"] = Json.Round(PerSecond, 0),
        };
    }
}
