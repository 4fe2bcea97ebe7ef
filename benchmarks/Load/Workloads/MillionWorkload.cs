using System.Diagnostics;
using System.Text.Json.Nodes;
using Orchestration.Benchmarks.Load.Hosting;
using Orchestration.Benchmarks.Load.Measuring;
using Orchestration.Benchmarks.Load.Workflows;
using Orchestration.Client;
using Orchestration.Grains.Storage;
using Orchestration.Storage.PostgreSql;
using Orchestration.Workflows;

namespace Orchestration.Benchmarks.Load.Workloads;

/// <summary>
/// A store with very many open workflows, all but 1,000 of them parked for weeks: how soon silos serve over it, what they take of
/// memory, and what the death of one touches. The runs are copies of two real ones, written through the store's port.
/// </summary>
internal static class MillionWorkload
{
    private const int Runnable = 1_000;
    private const int Callers = 2_048;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    /// <summary>Runs it.</summary>
    public static async Task<(string Workload, JsonObject Line)> RunAsync(LoadOptions options)
    {
        var store = await LoadStore.CreateAsync(options);
        var (parked, runnable) = await MakeTemplatesAsync(options, store);
        var began = Stopwatch.GetTimestamp();
        await using (var stores = await PostgreSqlStores.OpenAsync(PostgreSqlStoreOptions.Parse(store.Address!)))
        {
            await FillAsync(stores.History, parked, "parked", options.OpenRuns - Runnable);
            await FillAsync(stores.History, runnable, "runnable", Runnable);
        }

        var filled = Stopwatch.GetElapsedTime(began);
        var startedAt = DateTimeOffset.UtcNow;
        began = Stopwatch.GetTimestamp();
        await using var bench = await Bench.StartAsync(options, store, logs: true);
        var ready = Stopwatch.GetElapsedTime(began);
        var id = $"{bench.Tag}-first";
        await bench.Client.Workflows.GetWorkflow<SequenceWorkflow>(id).ExecuteAsync(BenchmarkInput.Of(id, steps: 1));
        var serving = Stopwatch.GetElapsedTime(began);
        await Task.Delay(Settling);
        var woken = Enumerable.Range(0, options.Silos)
            .SelectMany(i => ExecutionLog.Of(Bench.LogOf(options, i), 2)) // all of them log their template's id
            .Select(e => (double)(e.At - startedAt.ToUnixTimeMilliseconds())).ToList();
        var line = new JsonObject
        {
            ["open"] = await store.CountAsync("runs", "closed_at IS NULL"),
            ["fill_s"] = Json.Round(filled.TotalSeconds),
            ["ready_s"] = Json.Round(ready.TotalSeconds),
            ["serving_s"] = Json.Round(serving.TotalSeconds),
            ["runnable_dispatched"] = woken.Count,
            ["dispatched_ms"] = Json.Latencies(woken),
            ["rss_mib"] = new JsonArray([.. bench.Silos.Select(static s =>
                (JsonNode?)Json.Round(Processes.MemoryMibOf([s.Id]).Rss, 1))]),
        };
        if (options.Silos > 1) line["death"] = await KillAsync(bench);
        return ("M1-open-runs", line);
    }

    private static async Task<JsonObject> KillAsync(Bench bench)
    {
        var before = await bench.Store.TouchedAsync();
        await bench.Silos[^1].KillAsync();
        await Task.Delay(Settling * 2);
        var after = await bench.Store.TouchedAsync();
        var again = Enumerable.Range(0, bench.Silos.Count - 1)
            .Sum(i => ExecutionLog.Of(Bench.LogOf(bench.Options, i), 3).Count);
        return new JsonObject
        {
            ["dispatched_again"] = again,
            ["rows_read"] = after.Read - before.Read,
            ["rows_written"] = after.Written - before.Written,
        };
    }

    private static async Task<(Template Parked, Template Runnable)> MakeTemplatesAsync(LoadOptions options, LoadStore store)
    {
        var bench = await Bench.StartAsync(options with { Silos = 1 }, store, logs: true);
        var sleeper = bench.Client.Workflows.GetWorkflow<SleeperWorkflow>("template-parked");
        var hold = bench.Client.Workflows.GetWorkflow<HoldWorkflow>("template-runnable");
        await sleeper.StartAsync(BenchmarkInput.Of("template-parked", ms: int.MaxValue));
        await hold.StartAsync(BenchmarkInput.Of("template-runnable"));
        while (ExecutionLog.Of(Bench.LogOf(options, 0), 1).Count == 0) await Task.Delay(50);
        await bench.Silo.KillAsync();
        await bench.Client.DisposeAsync();
        File.Delete(Bench.LogOf(options, 0));
        await using var stores = await PostgreSqlStores.OpenAsync(PostgreSqlStoreOptions.Parse(store.Address!));
        return (await ReadAsync(stores.History, "template-parked"), await ReadAsync(stores.History, "template-runnable"));
    }

    private static async Task<Template> ReadAsync(IHistoryStore store, string id)
    {
        var record = await store.FindAsync(new WorkflowKey(id))
            ?? throw new InvalidOperationException($"{id} is not in the store.");
        var page = await store.ReadAsync(record.Key, record.Handle, 1);
        return new Template(record, page.Batches);
    }

    private static async Task FillAsync(IHistoryStore store, Template template, string name, int runs)
    {
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next) - 1; i < runs; i = Interlocked.Increment(ref next) - 1)
                await CopyAsync(store, template, $"{name}-{i}");
        })));
    }

    private static async Task CopyAsync(IHistoryStore store, Template template, string id)
    {
        var key = new StoreKey(new WorkflowKey(id), new RunId(Guid.NewGuid()));
        long handle = 0, sequence = 0;
        foreach (var batch in template.Batches)
        {
            var result = await store.AppendAsync(new AppendRequest
            {
                Key = key,
                Handle = handle,
                ExpectedSequence = sequence,
                TurnId = new TurnId(key.RunId.Value, sequence),
                EventCount = batch.EventCount,
                Format = batch.Format,
                Body = batch.Body,
                Header = sequence == 0
                    ? new RunHeader(template.Record.WorkflowType, Shards.Of(key.Key), template.Record.StartedAt, null) : null,
                Summary = template.Record.Summary,
            });
            if (result.Outcome != AppendOutcome.Appended) throw new InvalidOperationException($"{id}: {result}");
            (handle, sequence) = (result.Handle, sequence + batch.EventCount);
        }
    }

    private sealed record Template(RunRecord Record, IReadOnlyList<HistoryBatch> Batches);
}
