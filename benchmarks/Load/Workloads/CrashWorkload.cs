using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Orchestration.Benchmarks.Load.Hosting;
using Orchestration.Benchmarks.Load.Measuring;
using Orchestration.Benchmarks.Load.Workflows;
using Orchestration.Client;
using Orchestration.Workflows;

namespace Orchestration.Benchmarks.Load.Workloads;

/// <summary>
/// kill -9 of the silo with 500 workflows of five activities in flight; after the restart all callers come back at once.
/// </summary>
internal sealed class CrashWorkload : IDisposable
{
    private const int Callers = 500;
    private const int Steps = 5;

    private static readonly TimeSpan Load = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private static readonly StartOptions Once = new() { IdReuse = WorkflowIdReusePolicy.RejectDuplicate };

    private readonly IWorkflowClient _client;
    private readonly string _tag;
    private readonly ConcurrentDictionary<string, bool> _done = new();
    private readonly CancellationTokenSource _killed = new();
    private int _next;
    private int _doubled;

    private CrashWorkload(LoadClient client, string tag)
    {
        _client = client.Workflows;
        _tag = tag;
    }

    /// <summary>Runs it.</summary>
    public static async Task<(string Workload, JsonObject Line)> RunAsync(LoadOptions options)
    {
        await using var store = await LoadStore.CreateAsync(options);
        var log = Path.Combine(options.Data, "executions.txt");
        var arguments = new SiloArguments { Data = options.Data, Store = store.Address, ExecutionLog = log };
        var silo = await SiloProcess.StartAsync(arguments);
        await using var client = await LoadClient.ConnectAsync(arguments, silo.Port);
        using var workload = new CrashWorkload(client, Bench.NewTag());
        var callers = Enumerable.Range(0, Callers).Select(_ => Task.Run(workload.CallAsync)).ToArray();
        await Task.Delay(Load);

        var before = workload._done.Count;
        await silo.KillAsync();
        await workload._killed.CancelAsync();
        var left = (await Task.WhenAll(callers)).OfType<Pending>().ToList();

        var began = Stopwatch.GetTimestamp();
        var restart = SiloProcess.StartAsync(arguments with { Port = silo.Port });
        var returning = left.Select(p => Task.Run(() => workload.ReturnAsync(p, began))).ToArray();
        await using var restarted = await restart;
        var ready = Stopwatch.GetElapsedTime(began);
        var outcomes = await Task.WhenAll(returning);
        var answered = Stopwatch.GetElapsedTime(began);
        await Task.Delay(500);

        var times = outcomes.Where(static o => o.Seconds is not null).Select(static o => o.Seconds!.Value).Order().ToList();
        var (distinct, executions, duplicates) = ExecutionLog.Count(log);
        return ("W6-crash", new JsonObject
        {
            ["inflight_at_kill"] = left.Count,
            ["acked_at_kill"] = left.Count(static p => p.Acknowledged),
            ["done_before_kill"] = before,
            ["completed_after"] = times.Count,
            ["lost"] = outcomes.Count(static o => o.Lost),
            ["unfinished_after_limit"] = outcomes.Count(static o => o.Seconds is null && !o.Lost),
            ["limit_s"] = Limit.TotalSeconds,
            ["double_completions"] = workload._doubled,
            ["all_answered_s"] = Json.Round(answered.TotalSeconds),
            ["s_to_ready"] = Json.Round(ready.TotalSeconds),
            ["s_to_first"] = Json.Round(Json.Percentile(times, 0)),
            ["s_to_50pct"] = Json.Round(Json.Percentile(times, 50)),
            ["s_to_100pct"] = Json.Round(Json.Percentile(times, 100)),
            ["distinct_steps"] = distinct,
            ["executions"] = executions,
            ["duplicate_executions"] = duplicates,
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _killed.Dispose();

    /// <summary>Starts one workflow after the other until the kill; what it was at then.</summary>
    private async Task<Pending?> CallAsync()
    {
        while (true)
        {
            var pending = new Pending($"{_tag}-{Interlocked.Increment(ref _next) - 1}");
            var handle = _client.GetWorkflow<SequenceWorkflow>(pending.Id);
            try
            {
                await handle.StartAsync(BenchmarkInput.Of(pending.Id, Steps), Once, _killed.Token);
                pending.Acknowledged = true;
                await handle.GetResultAsync(_killed.Token);
                Finish(pending.Id);
            }
            catch (OperationCanceledException)
            {
                return pending;
            }
        }
    }

    /// <summary>Comes back for one workflow after the restart.</summary>
    private async Task<(double? Seconds, bool Lost)> ReturnAsync(Pending pending, long began)
    {
        using var limit = new CancellationTokenSource(Limit);
        var handle = _client.GetWorkflow<SequenceWorkflow>(pending.Id);
        try
        {
            if (!pending.Acknowledged) await StartAnewAsync(handle, pending.Id, limit.Token);
            await handle.GetResultAsync(limit.Token);
        }
        catch (WorkflowNotFound)
        {
            return (null, Lost: true); // It had been acknowledged, so it must be there.
        }
        catch (OperationCanceledException)
        {
            return (null, Lost: false);
        }

        Finish(pending.Id);
        return (Stopwatch.GetElapsedTime(began).TotalSeconds, Lost: false);
    }

    private static async Task StartAnewAsync(IWorkflowHandle<SequenceWorkflow> handle, string id,
        CancellationToken cancellationToken)
    {
        try
        {
            await handle.StartAsync(BenchmarkInput.Of(id, Steps), Once, cancellationToken);
        }
        catch (WorkflowAlreadyStarted)
        {
            // The start was durable, only its answer was lost.
        }
    }

    private void Finish(string id)
    {
        if (!_done.TryAdd(id, true)) Interlocked.Increment(ref _doubled);
    }

    private sealed record Pending(string Id)
    {
        public bool Acknowledged { get; set; }
    }
}
