using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Orchestration.Benchmarks.Load.Measuring;
using Orchestration.Benchmarks.Load.Workflows;
using Orchestration.Client;
using Orchestration.Workflows;

namespace Orchestration.Benchmarks.Load.Workloads;

/// <summary>
/// All that a silo is used for, mixed, for as long as is asked; looks again and again at what memory is left after a collection
/// on either side. What grows with the number of workflows that have ended is found here and nowhere else; the run fails by it.
/// </summary>
internal sealed class SoakWorkload
{
    private const int Looks = 20;
    private const int LeastLooks = 6;

    // The least that a forgotten entry of a table costs.
    private const double BytesOfALeak = 24;
    private const double LeastGrowth = 4 << 20;

    // What is kept for callers on their way (30 s), and by recent use (of 131,072 runs the writer knows the end), has reached its
    // measure by then.
    private const int FilledRuns = 150_000;
    private static readonly TimeSpan Filled = TimeSpan.FromSeconds(75);

    private readonly Bench _bench;
    private readonly List<double>[] _latencies;
    private readonly List<Look> _looks = [];
    private readonly long _began = Stopwatch.GetTimestamp();
    private int _next;
    private int _done;
    private int _errors;
    private volatile bool _stop;

    private SoakWorkload(Bench bench)
    {
        _bench = bench;
        _latencies = [.. Enumerable.Range(0, bench.Options.InFlight).Select(static _ => new List<double>())];
    }

    private List<Look> Judged => [.. _looks.Where(static l => l.After >= Filled && l.Done >= FilledRuns)];

    private IWorkflowClient Workflows => _bench.Client.Workflows;

    /// <summary>Runs it.</summary>
    public static async Task<(string Workload, JsonObject Line)> RunAsync(Bench bench)
    {
        var soak = new SoakWorkload(bench);
        var meter = bench.NewMeter().Start();
        var callers = soak._latencies.Select(own => Task.Run(() => soak.CallAsync(own))).ToArray();
        for (var i = 0; i < Looks; i++)
        {
            await Task.Delay(bench.Options.Window / Looks);
            await soak.LookAsync();
        }

        soak._stop = true;
        await Task.WhenAll(callers);
        var line = soak.ToLine();
        meter.Stop().AddTo(line);
        if (soak._errors > 0) throw new InvalidOperationException($"Calls failed: {line.ToJsonString()}");
        if (soak.Grows(static l => l.Silo) || soak.Grows(static l => l.Client))
            throw new InvalidOperationException($"Memory grows with what has ended: {line.ToJsonString()}");
        return ("SOAK", line);
    }

    private async Task CallAsync(List<double> latencies)
    {
        while (!_stop)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                await OneAsync(Interlocked.Increment(ref _next));
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                if (Interlocked.Increment(ref _errors) < 4) await Console.Error.WriteLineAsync($"error: {e}");
                continue;
            }

            lock (latencies) latencies.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            Interlocked.Increment(ref _done);
        }
    }

    private Task OneAsync(int number)
    {
        var id = $"{_bench.Tag}-{number.ToString(CultureInfo.InvariantCulture)}";
        return (number % 8) switch
        {
            0 => Workflows.GetWorkflow<FanOutWorkflow>(id).ExecuteAsync(BenchmarkInput.Of(id, 10)),
            1 => Workflows.GetWorkflow<SleeperWorkflow>(id).ExecuteAsync(BenchmarkInput.Of(id, ms: 50)),
            2 => CancelAsync(id),
            3 => MessagesAsync(id),
            4 => LookedAtAsync(id),
            _ => Workflows.GetWorkflow<SequenceWorkflow>(id).ExecuteAsync(BenchmarkInput.Of(id, 3)),
        };
    }

    private async Task CancelAsync(string id)
    {
        var sleeper = Workflows.GetWorkflow<SleeperWorkflow>(id);
        await sleeper.StartAsync(BenchmarkInput.Of(id, ms: 3_600_000));
        await sleeper.CancelAsync("enough");
        try
        {
            await sleeper.GetResultAsync();
            throw new InvalidOperationException($"{id} has slept for an hour.");
        }
        catch (WorkflowFailed e) when (e.Status == WorkflowStatus.Canceled)
        {
            // As asked.
        }
    }

    private async Task MessagesAsync(string id)
    {
        var sink = Workflows.GetWorkflow<MessageSinkWorkflow>(id);
        await sink.StartAsync(new MessageSink(new long[1], 0, 0, 0));
        for (var i = 1; i <= 10; i++)
        {
            if (i % 5 == 0) await sink.UpdateAsync<long>("count", [0, (long)i]);
            else await sink.SignalAsync("note", [0, (long)i]);
        }

        await sink.SignalAsync("finish");
        var end = await sink.GetResultAsync();
        if (end is not { Taken: 10, Misplaced: 0 }) throw new InvalidOperationException($"{id} ended with {end}.");
    }

    private async Task LookedAtAsync(string id)
    {
        var sequence = Workflows.GetWorkflow<SequenceWorkflow>(id);
        await sequence.ExecuteAsync(BenchmarkInput.Of(id, 1));
        await sequence.DescribeAsync();
        await foreach (var entry in sequence.GetHistoryAsync()) _ = entry;
        await Workflows.ListPageAsync(new WorkflowFilter { IdPrefix = id, PageSize = 10 });
    }

    private async Task LookAsync()
    {
        var silo = (await Task.WhenAll(_bench.Silos.Select(static s => s.CollectAsync()))).Sum();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var latencies = new List<double>();
        foreach (var own in _latencies)
        {
            lock (own)
            {
                latencies.AddRange(own);
                own.Clear();
            }
        }

        var look = new Look(
            Stopwatch.GetElapsedTime(_began), Volatile.Read(ref _done), silo, GC.GetTotalMemory(forceFullCollection: false),
            Processes.MemoryMibOf([.. _bench.Silos.Select(static s => s.Id)]).Rss, Json.Latencies(latencies));
        _looks.Add(look);
        await Console.Error.WriteLineAsync(look.ToLine().ToJsonString());
    }

    private bool Grows(Func<Look, long> of)
    {
        if (Judged is not { Count: >= LeastLooks } looks) return false;
        var slope = SlopeOf(looks, of);
        return slope > BytesOfALeak && slope * (looks[^1].Done - looks[0].Done) > LeastGrowth;
    }

    /// <summary>Bytes a workflow, by least squares.</summary>
    private static double SlopeOf(List<Look> looks, Func<Look, long> of)
    {
        var (x, y) = (looks.Average(static l => l.Done), looks.Average(l => (double)of(l)));
        var square = looks.Sum(l => (l.Done - x) * (l.Done - x));
        return square == 0 ? 0 : looks.Sum(l => (l.Done - x) * (of(l) - y)) / square;
    }

    private JsonObject ToLine()
    {
        var judged = Judged;
        return new JsonObject
        {
            ["workflows"] = _done,
            ["errors"] = _errors,
            ["is_judged"] = judged.Count >= LeastLooks, // else it was too short to tell
            ["silo_bytes_a_workflow"] = judged.Count < 2 ? null : Json.Round(SlopeOf(judged, static l => l.Silo), 1),
            ["client_bytes_a_workflow"] = judged.Count < 2 ? null : Json.Round(SlopeOf(judged, static l => l.Client), 1),
            ["first"] = _looks[0].ToLine(),
            ["first_judged"] = judged.Count == 0 ? null : judged[0].ToLine(),
            ["last"] = _looks[^1].ToLine(),
        };
    }

    /// <summary>What there was at one moment.</summary>
    /// <param name="After">How long after the beginning.</param>
    /// <param name="Done">Workflows that had ended.</param>
    /// <param name="Silo">Bytes left in the silos after a collection.</param>
    /// <param name="Client">Bytes left in the caller's process.</param>
    /// <param name="Rss">Resident memory of the silos in MiB.</param>
    /// <param name="Latencies">Of what ended since the look before.</param>
    private sealed record Look(TimeSpan After, int Done, long Silo, long Client, double Rss, JsonObject Latencies)
    {
        public JsonObject ToLine() => new()
        {
            ["done"] = Done,
            ["silo_mib"] = Json.Round(Silo / 1048576.0),
            ["client_mib"] = Json.Round(Client / 1048576.0),
            ["rss_mib"] = Json.Round(Rss, 1),
            ["lat_ms"] = Latencies.DeepClone(),
        };
    }
}
