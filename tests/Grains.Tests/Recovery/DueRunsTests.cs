using System.Reflection;
using Orchestration.Grains.Interfaces.Recovery;
using Orchestration.Grains.Recovery;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Recovery;

/// <summary>A run that is parked while its shard reads the store is not missed, whichever of the two was first.</summary>
public sealed class DueRunsTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _time = new();
    private readonly InMemoryHistoryStore _store = new();

    [Fact]
    public async Task Note_WhileAFreshLookIsUnderWay_IsHereAfterwards()
    {
        var (slow, gate) = SlowStore.Over(_store);
        var due = new DueRuns(0, slow, _time, Window, _time.GetUtcNow(), pageSize: 2);
        var loading = due.LoadAsync(static _ => false);
        await gate.Reached;
        due.Note(new DueNote("noted", At(3)));
        gate.Release();
        await loading;
        Assert.Equal(["noted"], Take(due, 3));
    }

    [Fact]
    public async Task Note_WhileTheNextPageOfABacklogIsRead_IsHereAfterwards()
    {
        await AddAsync("1", At(1));
        await AddAsync("2", At(2));
        await AddAsync("4", At(4));
        var (slow, gate) = SlowStore.Over(_store, heldCall: 2);
        var due = new DueRuns(0, slow, _time, Window, _time.GetUtcNow(), pageSize: 2);
        await due.LoadAsync(static _ => false);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(["1", "2"], Take(due, 0));
        var loading = due.LoadAsync(static _ => false); // has read what there is, and not told of it yet
        await gate.Reached;
        due.Note(new DueNote("noted", At(1)));
        gate.Release();
        await loading;
        Assert.Equal(["noted", "4"], Take(due, 2));
    }

    private DateTimeOffset At(int seconds) => _time.GetUtcNow() + TimeSpan.FromSeconds(seconds);

    private List<string> Take(DueRuns due, int seconds)
    {
        var taken = new List<string>();
        while (due.TryTake(At(seconds), out var wake)) taken.Add(wake.Workflow);
        return taken;
    }

    private async Task AddAsync(string id, DateTimeOffset wakeAt) => await _store.AppendAsync(new AppendRequest
    {
        Key = new StoreKey(new WorkflowKey(id), new RunId(Guid.NewGuid())),
        ExpectedSequence = 0,
        TurnId = new TurnId(Guid.NewGuid(), 1),
        EventCount = 1,
        Format = 1,
        Body = "[]"u8.ToArray(),
        Header = new RunHeader("any", 0, _time.GetUtcNow(), null),
        Summary = new RunSummary(WorkflowStatus.Running, RunState.Parked, wakeAt),
    });

    /// <summary>Holds back one answer about due runs, which is what the store knew when it was asked.</summary>
    public class SlowStore : DispatchProxy
    {
        private readonly TaskCompletionSource _reached = new();
        private readonly TaskCompletionSource _released = new();
        private IHistoryStore _inner = null!;
        private int _held;
        private int _calls;

        public Task Reached => _reached.Task;

        public static (IHistoryStore Store, SlowStore Gate) Over(IHistoryStore inner, int heldCall = 1)
        {
            var store = Create<IHistoryStore, SlowStore>();
            var gate = (SlowStore)(object)store;
            (gate._inner, gate._held) = (inner, heldCall);
            return (store, gate);
        }

        public void Release() => _released.TrySetResult();

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var answer = targetMethod!.Invoke(_inner, args);
            return targetMethod.Name == nameof(IHistoryStore.DueRunsAsync) && ++_calls == _held
                ? new ValueTask<IReadOnlyList<DueRun>>(HoldAsync((ValueTask<IReadOnlyList<DueRun>>)answer!)) : answer;
        }

        private async Task<IReadOnlyList<DueRun>> HoldAsync(ValueTask<IReadOnlyList<DueRun>> answer)
        {
            var known = await answer;
            _reached.TrySetResult();
            await _released.Task;
            return known;
        }
    }
}
