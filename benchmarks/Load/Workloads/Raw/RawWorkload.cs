using System.Diagnostics;
using System.Text.Json.Nodes;
using Orchestration.Benchmarks.Load.Hosting;
using Orchestration.Benchmarks.Load.Measuring;
using Orchestration.Grains.Storage;
using Orchestration.Storage.PostgreSql;

namespace Orchestration.Benchmarks.Load.Workloads.Raw;

/// <summary>
/// What the PostgreSQL store costs beside the driver alone: 64 callers that append turns through the store, and the driver that
/// writes the same rows by the same statement in groups of the size that the store's came to. In turns, in this process.
/// </summary>
internal static class RawWorkload
{
    private const int Callers = 64;
    private const int Connections = 2;

    /// <summary>Runs it.</summary>
    public static async Task<(string Workload, JsonObject Line)> RunAsync(LoadOptions options)
    {
        await using var store = await LoadStore.CreateAsync(options);
        var address = PostgreSqlStoreOptions.Parse(store.Address!);
        await using var stores = await PostgreSqlStores.OpenAsync(address);
        var runs = await Task.WhenAll(Enumerable.Range(0, 2 * Callers).Select(i => RawRun.StartAsync(stores.History, $"w{i}")));
        var meter = new Meter(new Dictionary<string, IReadOnlyList<int>>
        {
            ["client"] = [Environment.ProcessId], ["database"] = store.ServerId is { } id ? [id] : [],
        });
        var (through, raw) = (new List<Cost>(), new List<Cost>());
        for (var round = 0; round < 4; round++)
        {
            through.Add(await StoreAsync(stores.History, store, runs[..Callers], options.Window, meter));
            var size = Math.Clamp((int)Math.Round(through[^1].Group), 1, Callers / Connections);
            raw.Add(await DriverAsync(address, runs[Callers..], size, options.Window, meter));
        }

        // The first round of each warms up.
        var (a, b) = (Cost.Mean(through.Skip(1)), Cost.Mean(raw.Skip(1)));
        return ("RAW-append", new JsonObject
        {
            ["store"] = a.ToJson(),
            ["driver"] = b.ToJson(),
            ["cpu_ratio"] = Json.Round((a.Client + a.Database) / (b.Client + b.Database), 3),
            ["client_cpu_ratio"] = Json.Round(a.Client / b.Client, 3),
        });
    }

    private static async Task<Cost> StoreAsync(
        IHistoryStore store, LoadStore server, RawRun[] runs, TimeSpan window, Meter meter)
    {
        var before = await server.CountAsync();
        var count = 0;
        meter.Start();
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(runs.Select(run => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(began) < window)
            {
                var result = await store.AppendAsync(new AppendRequest
                {
                    Key = run.Key, Handle = run.Handle, ExpectedSequence = run.Sequence,
                    TurnId = new TurnId(run.Key.RunId.Value, run.Sequence), EventCount = 1, Format = 1, Body = RawRun.Body,
                });
                if (result.Outcome != AppendOutcome.Appended) throw new InvalidOperationException(result.ToString());
                run.Sequence++;
                Interlocked.Increment(ref count);
            }
        })));
        var reading = meter.Stop();
        await Task.Delay(TimeSpan.FromSeconds(1.2)); // until the sessions have handed in their counts
        var statements = (await server.CountAsync())!.Statements - before!.Statements;
        return Cost.Of(reading, count, count / (double)Math.Max(1, statements));
    }

    private static async Task<Cost> DriverAsync(
        PostgreSqlStoreOptions options, RawRun[] runs, int group, TimeSpan window, Meter meter)
    {
        var count = 0;
        meter.Start();
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(runs.Chunk(Callers / Connections).Select(share => Task.Run(async () =>
        {
            await using var driver = await RawAppends.OpenAsync(options);
            for (var next = 0; Stopwatch.GetElapsedTime(began) < window; next += group)
            {
                var some = Enumerable.Range(next, group).Select(i => share[i % share.Length]).ToArray();
                if (await driver.WriteAsync(some) != group) throw new InvalidOperationException("Not all were written.");
                Interlocked.Add(ref count, group);
            }
        })));
        return Cost.Of(meter.Stop(), count, group);
    }

    /// <summary>Microseconds of CPU an append.</summary>
    private sealed record Cost(double Client, double Database, double PerSecond, double Group)
    {
        public static Cost Of(Reading reading, int appends, double group) => new(
            reading.Cpu["client"] * 1e6 / appends, reading.Cpu["database"] * 1e6 / appends, appends / reading.Seconds, group);

        public static Cost Mean(IEnumerable<Cost> costs)
        {
            var all = costs.ToList();
            return new Cost(
                all.Average(static c => c.Client), all.Average(static c => c.Database), all.Average(static c => c.PerSecond),
                all.Average(static c => c.Group));
        }

        public JsonObject ToJson() => new()
        {
            ["client_us"] = Json.Round(Client), ["database_us"] = Json.Round(Database),
            ["appends_per_s"] = Json.Round(PerSecond, 0), ["group"] = Json.Round(Group, 1),
        };
    }
}
