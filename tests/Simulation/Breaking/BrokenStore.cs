using System.Buffers;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Storage;
using Orchestration.Simulation.Cluster;
using Orchestration.Workflows;

namespace Orchestration.Simulation.Breaking;

/// <summary>A store that breaks one rule; it exists in simulations only.</summary>
internal sealed class BrokenStore(SimCluster cluster, SimSilo silo, IHistoryStore inner) : IHistoryStore
{
    private readonly SimBreak _broken = cluster.Broken;
    private readonly HashSet<TurnId> _tried = [];
    private readonly HashSet<int> _looked = [];

    public int ShardCount => inner.ShardCount;

    public async ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default)
    {
        switch (_broken)
        {
            case SimBreak.HalfTurn when request.EventCount > 1:
                return await inner.AppendAsync(Half(request));
            case SimBreak.UnconditionalAppend when request.ExpectedSequence > 0:
                return await inner.AppendAsync(Copy(request, await TailAsync(request)));
            case SimBreak.SummaryApart when request is { ExpectedSequence: > 0, Summary: { } summary }:
                return await AppendWithSummaryApartAsync(request, summary);
            case SimBreak.RunnableCalledParked when request.Summary is { State: RunState.Runnable, ClosedAt: null } runnable:
                return await inner.AppendAsync(
                    Copy(request, request.ExpectedSequence, runnable with { State = RunState.Parked }));
            case SimBreak.AnsweredBeforeDurable:
                var own = Copy(request, request.ExpectedSequence);
                cluster.Loop.After(silo.Lane, TimeSpan.FromMilliseconds(20), () => _ = cluster.Store.AppendAsync(own));
                return new AppendResult(AppendOutcome.Appended, request.Handle);
            case SimBreak.DispatchedBeforeCommit:
                silo.DispatchEarly(request);
                return await inner.AppendAsync(request);
            case SimBreak.ForeignTakenForOwn when request.ExpectedSequence > 0:
                var result = await inner.AppendAsync(request);
                return result.Outcome == AppendOutcome.Conflict ? result with { Outcome = AppendOutcome.Appended } : result;
            case SimBreak.RepeatAppendedTwice when request.ExpectedSequence > 0:
                return _tried.Add(request.TurnId)
                    ? await inner.AppendAsync(request) : await inner.AppendAsync(Copy(request, await TailAsync(request)));
            case SimBreak.OwingForgotten when request.Summary is { ClosedAt: not null } owing:
                return await inner.AppendAsync(
                    Copy(request, request.ExpectedSequence, owing with { State = RunState.Closed }));
            default:
                return await inner.AppendAsync(request);
        }
    }

    public ValueTask<IReadOnlyList<DueRun>> DueRunsAsync(DueQuery query, CancellationToken cancellationToken = default) =>
        (_broken == SimBreak.RunnableNotFound && query.State == RunState.Runnable)
        || (_broken == SimBreak.LossNotTold && query.State == RunState.Runnable && !_looked.Add(query.Shard))
        || (_broken == SimBreak.DueNotFound && query.State == RunState.Parked)
            ? ValueTask.FromResult<IReadOnlyList<DueRun>>([]) : inner.DueRunsAsync(query);

    public ValueTask<bool> UpdateSummaryAsync(
        StoreKey key, long handle, long expectedSequence, RunSummary summary, int? wakes = null,
        CancellationToken cancellationToken = default) =>
        inner.UpdateSummaryAsync(key, handle, expectedSequence, summary, wakes);

    public ValueTask<int?> CountWakeAsync(StoreKey key, long handle, CancellationToken cancellationToken = default) =>
        inner.CountWakeAsync(key, handle);

    public ValueTask<RunRecord?> FindAsync(WorkflowKey key, RunId? runId = null, CancellationToken cancellationToken = default) =>
        inner.FindAsync(key, runId);

    public ValueTask<HistoryPage> ReadAsync(
        StoreKey key, long handle, long fromSequence, int maximumBytes = 1 << 20,
        CancellationToken cancellationToken = default) =>
        inner.ReadAsync(key, handle, fromSequence, maximumBytes);

    public ValueTask<HistoryBatch?> ReadTailAsync(StoreKey key, long handle, CancellationToken cancellationToken = default) =>
        inner.ReadTailAsync(key, handle);

    public ValueTask<ListPage> ListAsync(ListQuery query,
        CancellationToken cancellationToken = default) => inner.ListAsync(query);

    public ValueTask<bool> PurgeAsync(StoreKey key, CancellationToken cancellationToken = default) => inner.PurgeAsync(key);

    public ValueTask SaveHeartbeatAsync(StoreKey key, long handle, HeartbeatRecord heartbeat,
        CancellationToken cancellationToken = default) =>
        _broken == SimBreak.DetailsLostAtShutdown && silo.IsLeaving
            ? ValueTask.CompletedTask : inner.SaveHeartbeatAsync(key, handle, heartbeat);

    public ValueTask<HeartbeatRecord?> FindHeartbeatAsync(StoreKey key, long handle, long command,
        CancellationToken cancellationToken = default) => inner.FindHeartbeatAsync(key, handle, command);

    private async ValueTask<AppendResult> AppendWithSummaryApartAsync(AppendRequest request, RunSummary summary)
    {
        var result = await inner.AppendAsync(Copy(request, request.ExpectedSequence, null));
        if (result.Outcome != AppendOutcome.Appended) return result;
        try
        {
            await inner.UpdateSummaryAsync(
                request.Key, result.Handle, request.ExpectedSequence + request.EventCount, summary);
        }
        catch (StoreUnavailable)
        {
            // As one would who took it for a detail.
        }

        return result;
    }

    private async ValueTask<long> TailAsync(AppendRequest request)
    {
        var tail = await cluster.Store.ReadTailAsync(request.Key, request.Handle);
        return tail is null ? 0 : tail.FirstSequence + tail.EventCount - 1;
    }

    private static AppendRequest Half(AppendRequest request)
    {
        var events = new List<HistoryEvent>();
        HistorySerializer.Read(request.Body.Span, request.Format, events);
        var body = new ArrayBufferWriter<byte>();
        HistorySerializer.Write(events[..((events.Count + 1) / 2)], body);
        return Copy(request, request.ExpectedSequence, request.Summary, body.WrittenMemory, (events.Count + 1) / 2);
    }

    private static AppendRequest Copy(AppendRequest request, long expected) => Copy(request, expected, request.Summary);

    private static AppendRequest Copy(
        AppendRequest request, long expected, RunSummary? summary, ReadOnlyMemory<byte>? body = null, int? count = null) => new()
        {
            Key = request.Key, Handle = request.Handle, ExpectedSequence = expected, TurnId = request.TurnId,
            EventCount = count ?? request.EventCount, Format = request.Format, Body = body ?? request.Body.ToArray(),
            Header = request.Header, Summary = summary, Wakes = request.Wakes,
        };
}
