using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Storage;
using Orchestration.Simulation.Time;
using Orchestration.Workflows;

namespace Orchestration.Simulation.Cluster;

/// <summary>
/// The shared store as one silo reaches it. A write may be refused, take place without an answer, or take place long after it was
/// given up; answers may be slow. What was on its way when the silo died may or may not have arrived.
/// </summary>
internal sealed class SimStore(SimLoop loop, SimLane lane, SimFaults faults, IHistoryStore inner, Func<bool> isReachable)
    : IHistoryStore
{
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(1);

    public int ShardCount => inner.ShardCount;

    public ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default)
    {
        // The store does not keep the memory, and this write may take place after the call has ended.
        var own = new AppendRequest
        {
            Key = request.Key, Handle = request.Handle, ExpectedSequence = request.ExpectedSequence, TurnId = request.TurnId,
            EventCount = request.EventCount, Format = request.Format, Body = request.Body.ToArray(), Header = request.Header,
            Summary = request.Summary, Wakes = request.Wakes,
        };
        return WriteAsync(() => inner.AppendAsync(own, default),
            Trace is null ? null
                : $"append {own.Key} at {own.ExpectedSequence} +{own.EventCount} {own.Summary}: {EventsOf(own)}");
    }

    public ValueTask<bool> UpdateSummaryAsync(
        StoreKey key, long handle, long expectedSequence, RunSummary summary, int? wakes = null,
        CancellationToken cancellationToken = default) =>
        WriteAsync(() => inner.UpdateSummaryAsync(key, handle, expectedSequence, summary, wakes, default),
            Trace is null ? null : $"summary {key} at {expectedSequence} {summary} {wakes}");

    public ValueTask<int?> CountWakeAsync(StoreKey key, long handle, CancellationToken cancellationToken = default) =>
        WriteAsync(() => inner.CountWakeAsync(key, handle, default));

    public ValueTask<RunRecord?> FindAsync(WorkflowKey key, RunId? runId = null, CancellationToken cancellationToken = default) =>
        ReadAsync(() => inner.FindAsync(key, runId, default));

    public ValueTask<HistoryPage> ReadAsync(
        StoreKey key, long handle, long fromSequence, int maximumBytes = 1 << 20,
        CancellationToken cancellationToken = default) =>
        ReadAsync(() => inner.ReadAsync(key, handle, fromSequence, maximumBytes, default));

    public ValueTask<HistoryBatch?> ReadTailAsync(StoreKey key, long handle, CancellationToken cancellationToken = default) =>
        ReadAsync(() => inner.ReadTailAsync(key, handle, default));

    public ValueTask<IReadOnlyList<DueRun>> DueRunsAsync(DueQuery query, CancellationToken cancellationToken = default) =>
        ReadAsync(() => inner.DueRunsAsync(query, default));

    public ValueTask<ListPage> ListAsync(ListQuery query, CancellationToken cancellationToken = default) =>
        ReadAsync(() => inner.ListAsync(query, default));

    public ValueTask<bool> PurgeAsync(StoreKey key, CancellationToken cancellationToken = default) =>
        WriteAsync(() => inner.PurgeAsync(key, default));

    public async ValueTask SaveHeartbeatAsync(StoreKey key, long handle, HeartbeatRecord heartbeat,
        CancellationToken cancellationToken = default) =>
        await WriteAsync(async () =>
        {
            await inner.SaveHeartbeatAsync(key, handle, heartbeat, default);
            return true;
        });

    public ValueTask<HeartbeatRecord?> FindHeartbeatAsync(StoreKey key, long handle, long command,
        CancellationToken cancellationToken = default) =>
        ReadAsync(() => inner.FindHeartbeatAsync(key, handle, command, default));

    private ValueTask<T> ReadAsync<T>(Func<ValueTask<T>> read)
    {
        var answer = new TaskCompletionSource<T>();
        loop.After(loop.World, Delay(), () =>
        {
            if (!isReachable() || loop.Random.Chance(faults.FailsWrite / 2)) Answer(() => answer.TrySetException(Away()));
            else if (Done(read, out var result, out var error)) Answer(() => answer.TrySetResult(result));
            else Answer(() => answer.TrySetException(error!));
        });
        return new(answer.Task);
    }

    private ValueTask<T> WriteAsync<T>(Func<ValueTask<T>> write, string? what = null)
    {
        if (Trace is { } wanted && what is not null && what.Contains(wanted, StringComparison.Ordinal)) write = Traced(write,
            what);
        var answer = new TaskCompletionSource<T>();
        var fate = loop.Random.NextDouble();
        loop.After(loop.World, Delay(), () =>
        {
            // A dead process's last packets may have left it, or not.
            if (lane.IsClosed && loop.Random.Chance(0.5)) return;
            if (!isReachable() || (fate -= faults.FailsWrite) < 0)
            {
                Answer(() => answer.TrySetException(Away()));
                return;
            }

            if ((fate -= faults.WritesLate) < 0)
            {
                loop.After(loop.World, loop.Random.About(TimeSpan.FromMilliseconds(300)), () => Done(write, out _, out _));
                Answer(() => answer.TrySetException(Away()));
                return;
            }

            var isDone = Done(write, out var result, out var error);
            if ((fate -= faults.LosesReply) < 0) Answer(() => answer.TrySetException(Away()));
            else if (isDone) Answer(() => answer.TrySetResult(result));
            else Answer(() => answer.TrySetException(error!));
        });
        return new(answer.Task);
    }

    /// <summary>For one who looks into a seed: writes with this in their description are shown as they take place.</summary>
    public static string? Trace { get; } = Environment.GetEnvironmentVariable("SIM_TRACE");

    private Func<ValueTask<T>> Traced<T>(Func<ValueTask<T>> write, string what) => () =>
    {
        var result = write();
        Console.WriteLine($"{TimeSpan.FromTicks(loop.Now)} {lane.Name}: {what} -> "
            + (result.Result is AppendResult a ? a.Outcome.ToString() : result.Result?.ToString()));
        return result;
    };

    private static string EventsOf(AppendRequest request)
    {
        var events = new List<HistoryEvent>();
        HistorySerializer.Read(request.Body.Span, request.Format, events);
        return string.Join("; ", events);
    }

    private static StoreUnavailable Away() => new("The simulated store is away.");

    private static bool Done<T>(Func<ValueTask<T>> call, out T result, out Exception? error)
    {
        result = default!;
        error = null;
        try
        {
            var pending = call();
            if (!pending.IsCompleted) throw new InvalidOperationException("The store of a simulation answers at once.");
            result = pending.GetAwaiter().GetResult();
            return true;
        }
        catch (Exception e)
        {
            error = e;
            return false;
        }
    }

    private void Answer(Action answer)
    {
        if (lane.IsClosed) return;
        loop.After(lane, Delay() / 2, answer);
    }

    private TimeSpan Delay() => loop.Random.About(loop.Random.Chance(faults.SlowsStore) ? Usual * 200 : Usual);
}
