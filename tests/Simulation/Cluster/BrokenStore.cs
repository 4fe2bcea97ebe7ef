using Orchestration.Grains.Storage;
using Orchestration.Simulation.Time;
using Orchestration.Workflows;

namespace Orchestration.Simulation.Cluster;

/// <summary>A store that breaks one rule; it exists in simulations only.</summary>
internal sealed class BrokenStore(SimBreak broken, SimLoop loop, SimLane lane, IHistoryStore inner,
    IHistoryStore raw) : IHistoryStore
{
    public async ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default)
    {
        switch (broken)
        {
            case SimBreak.UnconditionalAppend when request.ExpectedSequence > 0:
                var tail = await raw.ReadTailAsync(request.Key, request.Handle, default);
                return await inner.AppendAsync(
                    Copy(request, tail is null ? 0 : tail.FirstSequence + tail.EventCount - 1, request.TurnId, request.Summary));
            case SimBreak.RunnableCalledParked when request.Summary is { State: RunState.Runnable, ClosedAt: null } runnable:
                return await inner.AppendAsync(
                    Copy(request, request.ExpectedSequence, request.TurnId, runnable with { State = RunState.Parked }));
            case SimBreak.AnsweredBeforeDurable:
                var own = Copy(request, request.ExpectedSequence, request.TurnId, request.Summary);
                loop.After(lane, TimeSpan.FromMilliseconds(20), () => _ = raw.AppendAsync(own));
                return new AppendResult(AppendOutcome.Appended, request.Handle);
            case SimBreak.OwingForgotten when request.Summary is { ClosedAt: not null } owing:
                return await inner.AppendAsync(
                    Copy(request, request.ExpectedSequence, request.TurnId, owing with { State = RunState.Closed }));
            default:
                return await inner.AppendAsync(request);
        }
    }

    public ValueTask<IReadOnlyList<DueRun>> DueRunsAsync(DueQuery query, CancellationToken cancellationToken = default) =>
        (broken == SimBreak.RunnableNotFound && query.State == RunState.Runnable)
        || (broken == SimBreak.DueNotFound && query.State == RunState.Parked)
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
        CancellationToken cancellationToken = default) => inner.SaveHeartbeatAsync(key, handle, heartbeat);

    public ValueTask<HeartbeatRecord?> FindHeartbeatAsync(StoreKey key, long handle, long command,
        CancellationToken cancellationToken = default) => inner.FindHeartbeatAsync(key, handle, command);

    private static AppendRequest Copy(AppendRequest request, long expected, TurnId turn, RunSummary? summary) => new()
    {
        Key = request.Key, Handle = request.Handle, ExpectedSequence = expected, TurnId = turn, EventCount = request.EventCount,
        Format = request.Format, Body = request.Body.ToArray(), Header = request.Header, Summary = summary, Wakes = request.Wakes,
    };
}
