using System.Text.Json.Nodes;
using Orchestration.Benchmarks.Load.Measuring;
using Orchestration.Benchmarks.Load.Workflows;
using Orchestration.Client;

namespace Orchestration.Benchmarks.Load.Workloads;

/// <summary>
/// Messages to one workflow that continues as new again and again: at the end it tells whether any was lost, doubled or out of
/// order.
/// </summary>
internal static class MessageWorkload
{
    private const int Batch = 100;

    /// <summary>One caller: batches of signals, sent one after the other and awaited together.</summary>
    public static Task<(string Workload, JsonObject Line)> BatchesAsync(Bench bench, TimeSpan window) =>
        RunAsync(bench, "S1-signals-one-caller", callers: 1, perCall: Batch, window, (sink, next) =>
            Task.WhenAll(Enumerable.Range(0, Batch).Select(i => sink.SignalAsync("note", [0, next[0] + i + 1]))));

    /// <summary>Callers that await each of their signals.</summary>
    public static Task<(string Workload, JsonObject Line)> CallersAsync(Bench bench, TimeSpan window) =>
        RunAsync(bench, "S100-signals", callers: 100, perCall: 1, window, null);

    /// <summary>One caller that awaits the result of each of its updates.</summary>
    public static Task<(string Workload, JsonObject Line)> UpdatesAsync(Bench bench, TimeSpan window) =>
        RunAsync(bench, "U1-updates-unloaded", callers: 1, perCall: 1, window, static (sink, next) =>
            sink.UpdateAsync<long>("count", [0, next[0] + 1]));

    private static async Task<(string Workload, JsonObject Line)> RunAsync(Bench bench, string name, int callers, int perCall,
        TimeSpan window, Func<IWorkflowHandle<MessageSinkWorkflow>, long[], Task>? one)
    {
        var sink = bench.Client.Workflows.GetWorkflow<MessageSinkWorkflow>($"{bench.Tag}-sink");
        await sink.StartAsync(new MessageSink(new long[callers], 0, 0, 0));
        var sent = new long[callers];
        var free = new System.Collections.Concurrent.ConcurrentBag<int>(Enumerable.Range(0, callers));
        var result = await ClosedLoop.RunAsync(callers, bench.Options.WarmUp, window, 0, bench.NewMeter(), async _ =>
        {
            if (!free.TryTake(out var caller)) throw new InvalidOperationException("There are more calls than callers.");
            try
            {
                await (one is null ? sink.SignalAsync("note", [caller, sent[caller] + 1]) : one(sink, sent));
                sent[caller] += perCall;
            }
            finally
            {
                free.Add(caller);
            }
        });
        await sink.SignalAsync("finish");
        var end = await sink.GetResultAsync();
        var line = new JsonObject
        {
            ["callers"] = callers,
            ["messages"] = (long)result.Done * perCall,
            ["errors"] = result.Errors,
            ["messages_per_s"] = Json.Round(result.PerSecond * perCall, 0),
            ["lat_ms"] = Json.Latencies(result.Latencies),
            ["cpu_us_per_message"] = Json.Object(result.Reading.Cpu, v => Json.Round(v * 1e6 / result.Done / perCall)),
            ["sent"] = sent.Sum(),
            ["taken"] = end.Taken,
            ["misplaced"] = end.Misplaced,
            ["runs"] = end.Runs,
        };
        result.Reading.AddTo(line);
        if (end.Taken != sent.Sum() || end.Misplaced != 0)
            throw new InvalidOperationException($"Messages were lost, doubled or reordered: {line.ToJsonString()}");
        return (name, line);
    }
}
