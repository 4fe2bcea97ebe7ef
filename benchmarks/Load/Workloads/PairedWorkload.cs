using System.Diagnostics;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Orchestration.Benchmarks.Load.Measuring;
using Orchestration.Benchmarks.Load.Workflows;
using Orchestration.Client;
using Orchestration.Storage.AzureStorage;

namespace Orchestration.Benchmarks.Load.Workloads;

/// <summary>
/// W2u against one append, in pairs: a window of workflows of one activity, and one of bare appends of the client library to the
/// same server, each conditional on its place; which of them comes first alternates. The ratio of the two medians is taken by
/// pairs, so that what the server and the machine do meanwhile is in both.
/// </summary>
internal static class PairedWorkload
{
    private const int Pairs = 10;
    private const int Size = 1024;

    /// <summary>Runs it.</summary>
    public static async Task<(string Workload, JsonObject Line)> RunAsync(Bench bench)
    {
        var azure = AzureStorageOptions.Parse(bench.Store.Address!);
        var blob = new BlobServiceClient(azure.ConnectionString).GetBlobContainerClient(azure.Container)
            .GetAppendBlobClient("raw");
        await blob.CreateAsync();
        var (place, number, block) = (0L, 0, new byte[Size]);
        var window = bench.Options.Window / Pairs;
        await WindowAsync(bench.Options.WarmUp, AppendAsync);
        await WindowAsync(bench.Options.WarmUp, WorkflowAsync);
        var (appends, workflows, ratios) = (new List<double>(), new List<double>(), new List<double>());
        for (var pair = 0; pair < Pairs; pair++)
        {
            var isAppendFirst = pair % 2 == 0;
            var first = await WindowAsync(window, isAppendFirst ? AppendAsync : WorkflowAsync);
            var second = await WindowAsync(window, isAppendFirst ? WorkflowAsync : AppendAsync);
            var (append, workflow) = isAppendFirst ? (first, second) : (second, first);
            appends.Add(append);
            workflows.Add(workflow);
            ratios.Add(workflow / append);
        }

        return ("W2-hello1-paired", new JsonObject
        {
            ["append_p50_ms"] = Of(appends), ["w2u_p50_ms"] = Of(workflows), ["ratio"] = Of(ratios),
            ["ratios"] = new JsonArray([.. ratios.Select(static ratio => Json.Round(ratio))]),
        });

        async Task AppendAsync()
        {
            using var content = new MemoryStream(block, writable: false);
            await blob.AppendBlockAsync(content, new AppendBlobAppendBlockOptions
            {
                Conditions = new AppendBlobRequestConditions { IfAppendPositionEqual = place },
            });
            place += Size;
        }

        async Task WorkflowAsync()
        {
            var id = $"{bench.Tag}-{number++}";
            var last = await bench.Client.Workflows.GetWorkflow<SequenceWorkflow>(id).ExecuteAsync(BenchmarkInput.Of(id, 1));
            if (last?.Step != 0) throw new InvalidOperationException($"{id} ended with {last}.");
        }
    }

    /// <summary>One after the other for so long; the median in milliseconds.</summary>
    private static async Task<double> WindowAsync(TimeSpan window, Func<Task> one)
    {
        var milliseconds = new List<double>();
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < window;)
        {
            var started = Stopwatch.GetTimestamp();
            await one();
            milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        milliseconds.Sort();
        return Json.Percentile(milliseconds, 50);
    }

    private static JsonObject Of(List<double> values)
    {
        List<double> sorted = [.. values.Order()];
        return new JsonObject
        {
            ["min"] = Json.Round(sorted[0], 3), ["median"] = Json.Round(Json.Percentile(sorted, 50), 3),
            ["max"] = Json.Round(sorted[^1], 3),
        };
    }
}
