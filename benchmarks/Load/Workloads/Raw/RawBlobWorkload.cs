using System.Diagnostics;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Orchestration.Benchmarks.Load.Hosting;
using Orchestration.Benchmarks.Load.Measuring;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage;
using Orchestration.Workflows;

namespace Orchestration.Benchmarks.Load.Workloads.Raw;

/// <summary>
/// How long one append to Azure Storage takes that is alone: by the client library, conditional on its place, and through the
/// store. In turns, in this process, each to a blob of its own.
/// </summary>
internal static class RawBlobWorkload
{
    private const int Size = 1024;

    private static readonly byte[] Body = new byte[Size - 200];

    /// <summary>Runs it.</summary>
    public static async Task<(string Workload, JsonObject Line)> RunAsync(LoadOptions options)
    {
        await using var store = await LoadStore.CreateAsync(options);
        var azure = AzureStorageOptions.Parse(store.Address!);
        await using var stores = await AzureStorageStores.OpenAsync(azure);
        var blob = new BlobServiceClient(azure.ConnectionString).GetBlobContainerClient(azure.Container)
            .GetAppendBlobClient("raw");
        await blob.CreateAsync();
        var (library, through) = (new List<double>(), new List<double>());
        var (place, sequence, block) = (0L, 0L, new byte[Size]);
        var key = new StoreKey(new WorkflowKey("raw"), new RunId(Guid.NewGuid()));
        for (var round = 0; round < 4; round++)
        {
            var isWarmUp = round == 0;
            await RoundAsync(isWarmUp ? [] : library, options.Window, async () =>
            {
                using var content = new MemoryStream(block, writable: false);
                await blob.AppendBlockAsync(content, new AppendBlobAppendBlockOptions
                {
                    Conditions = new AppendBlobRequestConditions { IfAppendPositionEqual = place },
                });
                place += Size;
            });
            await RoundAsync(isWarmUp ? [] : through, options.Window, async () =>
            {
                var result = await stores.History.AppendAsync(new AppendRequest
                {
                    Key = key, ExpectedSequence = sequence, TurnId = new TurnId(key.RunId.Value, sequence), EventCount = 1,
                    Format = 1, Body = Body,
                    Header = sequence > 0 ? null
                        : new RunHeader("raw", Shards.Of(key.Key, Shards.Default), DateTimeOffset.UnixEpoch, null),
                    Summary = sequence > 0 ? null : new RunSummary(WorkflowStatus.Running, RunState.Runnable, null),
                });
                if (result.Outcome != AppendOutcome.Appended) throw new InvalidOperationException(result.ToString());
                sequence++;
            });
        }

        return ("RAW-append", new JsonObject
        {
            ["library_ms"] = Json.Latencies(library), ["store_ms"] = Json.Latencies(through),
        });
    }

    private static async Task RoundAsync(List<double> milliseconds, TimeSpan window, Func<Task> append)
    {
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < window;)
        {
            var started = Stopwatch.GetTimestamp();
            await append();
            milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
    }
}
