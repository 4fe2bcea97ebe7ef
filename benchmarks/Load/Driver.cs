using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Orchestration.Benchmarks.Load.Hosting;
using Orchestration.Benchmarks.Load.Measuring;
using Orchestration.Benchmarks.Load.Workloads;
using Orchestration.Benchmarks.Load.Workloads.Raw;

namespace Orchestration.Benchmarks.Load;

/// <summary>Runs the workloads one after the other, each on a silo and a store of its own, and prints a line a run.</summary>
internal static class Driver
{
    /// <summary>Runs them all.</summary>
    public static async Task<int> RunAsync(LoadOptions options)
    {
        foreach (var name in options.Workloads)
        {
            var runs = name == "W5" ? 1 : options.Runs;
            for (var run = 1; run <= runs; run++)
            {
                await WaitForQuietAsync(options.QuietSeconds);
                var (workload, line) = await MeasureAsync(name, options);
                Emit(options, workload, run, line);
            }
        }

        return 0;
    }

    private static async Task<(string Workload, JsonObject Line)> MeasureAsync(string name, LoadOptions options)
    {
        if (name == "W6") return await CrashWorkload.RunAsync(options);
        if (name == "D1") return await DeadSiloWorkload.RunAsync(options);
        if (name == "RAW" && LoadStore.IsAzure(options.Store)) return await RawBlobWorkload.RunAsync(options);
        if (name == "RAW") return await RawWorkload.RunAsync(options);
        if (name == "RAWN") return await RawSplitWorkload.RunAsync(options);
        if (name == "M1") return await MillionWorkload.RunAsync(options);
        await using var bench = await Bench.StartAsync(options);
        return name switch
        {
            "W1" => await LoopWorkloads.SequenceAsync(bench, "W1-seq5", steps: 5, options.InFlight, options.Window, count: 2000),
            "W2" => await LoopWorkloads.SequenceAsync(bench, "W2-hello1", steps: 1, options.InFlight, options.Window,
                count: 2000),
            "W1u" => await LoopWorkloads.SequenceAsync(bench, "W1-seq5-unloaded", steps: 5, 1, AtMost(options.Window, 15),
                count: 0),
            "W2u" => await LoopWorkloads.SequenceAsync(bench, "W2-hello1-unloaded", steps: 1, 1, AtMost(options.Window, 15),
                count: 0),
            "W2P" => await PairedWorkload.RunAsync(bench),
            "W3" => await LoopWorkloads.FanOutAsync(bench, AtMost(options.Window, 30)),
            "W4" => await LongWorkload.RunAsync(bench),
            "W5" => await SleeperWorkload.RunAsync(bench),
            "S1" => await MessageWorkload.BatchesAsync(bench, AtMost(options.Window, 30)),
            "S100" => await MessageWorkload.CallersAsync(bench, AtMost(options.Window, 30)),
            "U1" => await MessageWorkload.UpdatesAsync(bench, AtMost(options.Window, 15)),
            "T1" => await AlarmWorkload.RunAsync(bench, "T1-timers-live", runs: 100, TimeSpan.FromSeconds(15)),
            "T2" => await AlarmWorkload.RunAsync(bench, "T2-timers-parked", runs: 100_000, TimeSpan.FromSeconds(60)),
            "SOAK" => await SoakWorkload.RunAsync(bench),
            "CALLS" => await LoopWorkloads.CallsAsync(bench, AtMost(options.Window, 15)),
            _ => throw new InvalidOperationException($"There is no workload {name}."),
        };
    }

    /// <summary>Waits until the machine has been idle for 2 s, since other work on it makes figures noise.</summary>
    private static async Task WaitForQuietAsync(double seconds)
    {
        var began = Stopwatch.GetTimestamp();
        for (var calm = 0; calm < 2 && Stopwatch.GetElapsedTime(began).TotalSeconds < seconds;)
        {
            var before = Processes.Machine().Busy;
            await Task.Delay(1000);
            calm = Processes.Machine().Busy - before < 0.35 ? calm + 1 : 0;
        }
    }

    private static void Emit(LoadOptions options, string workload, int run, JsonObject data)
    {
        var line = new JsonObject
        {
            ["peer"] = "orchestration",
            ["workload"] = workload,
            ["run"] = run,
            ["store"] = LoadStore.NameOf(options.Store),
            ["silos"] = options.Silos,
            ["at"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        };
        foreach (var (key, value) in data) line[key] = value?.DeepClone();
        var text = line.ToJsonString();
        Console.WriteLine(text);
        if (options.Output is { } path) File.AppendAllText(path, text + "\n");
    }

    private static TimeSpan AtMost(TimeSpan window, int seconds) =>
        window < TimeSpan.FromSeconds(seconds) ? window : TimeSpan.FromSeconds(seconds);
}
