using System.Text;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage;
using Orchestration.Workflows;

namespace Orchestration.AzureStorage.Tests.Server;

/// <summary>Stores that are refused, and what a store that opens is tried with.</summary>
internal static class Opening
{
    public static async Task<StoreRefused> RefusedAsync(AzureStorageOptions options, string code)
    {
        var refused = await Assert.ThrowsAsync<StoreRefused>(async () =>
        {
            await using var stores = await AzureStorageStores.OpenAsync(options);
        });
        Assert.Equal(code, refused.Code);
        return refused;
    }

    /// <summary>The first turn of a run.</summary>
    public static AppendRequest First(string id)
    {
        var key = new StoreKey(new WorkflowKey(id), new RunId(Guid.NewGuid()));
        return new AppendRequest
        {
            Key = key, ExpectedSequence = 0, TurnId = new TurnId(Guid.NewGuid(), 1), EventCount = 1, Format = 1,
            Body = Encoding.UTF8.GetBytes("started"),
            Header = new RunHeader("orders", Shards.Of(key.Key, Shards.Default), DateTimeOffset.UnixEpoch, null),
            Summary = new RunSummary(WorkflowStatus.Running, RunState.Runnable, null),
        };
    }
}
