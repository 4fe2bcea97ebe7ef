using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Benchmarks.Load.Workloads.Raw;

/// <summary>A run that turns are appended to.</summary>
internal sealed class RawRun(StoreKey key, long handle)
{
    /// <summary>What each turn holds.</summary>
    public static readonly byte[] Body = new byte[200];

    public StoreKey Key => key;

    public long Handle => handle;

    public long Sequence { get; set; } = 1;

    /// <summary>Writes its first turn.</summary>
    public static async Task<RawRun> StartAsync(IHistoryStore store, string id)
    {
        var key = new StoreKey(new WorkflowKey(id), new RunId(Guid.NewGuid()));
        var result = await store.AppendAsync(new AppendRequest
        {
            Key = key, ExpectedSequence = 0, TurnId = new TurnId(key.RunId.Value, 0), EventCount = 1, Format = 1, Body = Body,
            Header = new RunHeader("raw", Shards.Of(key.Key, Shards.Default), DateTimeOffset.UnixEpoch, null),
            Summary = new RunSummary(WorkflowStatus.Running, RunState.Runnable, null),
        });
        return new RawRun(key, result.Handle);
    }
}
