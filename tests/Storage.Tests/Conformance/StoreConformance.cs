using System.Text;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Storage.Tests.Conformance;

/// <summary>What the parts of the conformance suite share: a fresh data set a test, and short ways to write runs.</summary>
public abstract class StoreConformance(StoreFixture fixture) : IAsyncLifetime
{
    protected static readonly DateTimeOffset T0 = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    protected static readonly RunSummary Runnable = new(WorkflowStatus.Running, RunState.Runnable, null);

    protected static readonly RunSummary Closed = new(WorkflowStatus.Completed, RunState.Closed, null, T0.AddMinutes(5));

    protected StoreFixture Fixture { get; } = fixture;

    protected IHistoryStore Store => Fixture.History;

    public Task InitializeAsync() => Fixture.OpenAsync();

    public virtual async Task DisposeAsync() => await Fixture.DisposeAsync();

    protected static TurnId NewTurn() => new(Guid.NewGuid(), 1);

    protected static StoreKey NewKey(string id = "order-1", string @namespace = WorkflowKey.DefaultNamespace) =>
        new(new WorkflowKey(@namespace, new WorkflowId(id)), new RunId(Guid.NewGuid()));

    protected static ReadOnlyMemory<byte> Body(string text) => Encoding.UTF8.GetBytes(text);

    protected static string Text(HistoryBatch batch) => Encoding.UTF8.GetString(batch.Body.Span);

    protected static RunSummary Parked(DateTimeOffset? wakeAt) => new(WorkflowStatus.Running, RunState.Parked, wakeAt);

    protected static AppendRequest First(
        StoreKey key, RunSummary? summary = null, TurnId? turn = null, RunId? previous = null, string type = "orders",
        DateTimeOffset? startedAt = null, int? shard = null, string body = "started", int events = 1) => new()
        {
            Key = key,
            ExpectedSequence = 0,
            TurnId = turn ?? NewTurn(),
            EventCount = events,
            Format = 1,
            Body = Body(body),
            Header = new RunHeader(type, shard ?? Shards.Of(key.Key, Shards.Default), startedAt ?? T0, previous),
            Summary = summary ?? Runnable,
        };

    protected static AppendRequest Next(
        StoreKey key, long expected, long handle = 0, RunSummary? summary = null, TurnId? turn = null, string body = "next",
        int events = 1, int? wakes = null) => new()
        {
            Key = key,
            Handle = handle,
            ExpectedSequence = expected,
            TurnId = turn ?? NewTurn(),
            EventCount = events,
            Format = 1,
            Body = Body(body),
            Summary = summary,
            Wakes = wakes,
        };

    /// <summary>Starts a run and returns its handle.</summary>
    protected async Task<long> StartAsync(StoreKey key, RunSummary? summary = null, RunId? previous = null, int? shard = null)
    {
        var result = await Store.AppendAsync(First(key, summary, previous: previous, shard: shard));
        Assert.Equal(AppendOutcome.Appended, result.Outcome);
        return result.Handle;
    }

    protected async Task<AppendOutcome> AppendAsync(AppendRequest request) => (await Store.AppendAsync(request)).Outcome;

    protected async Task<List<HistoryBatch>> HistoryAsync(StoreKey key, long from = 1, int pageBytes = 1 << 20)
    {
        var batches = new List<HistoryBatch>();
        for (long? next = from; next is { } sequence;)
        {
            var page = await Store.ReadAsync(key, 0, sequence, pageBytes);
            batches.AddRange(page.Batches);
            next = page.NextSequence;
        }

        return batches;
    }

    protected async Task<IReadOnlyList<DueRun>> DueAsync(int shard, RunState state, DateTimeOffset? until = null,
        int limit = 1000) =>
        await Store.DueRunsAsync(new DueQuery(shard, state, until ?? DateTimeOffset.MaxValue, limit));
}
