using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orchestration.Grains.Placement;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Grains.Tests.Placement;

public sealed class ClusterViewTests : IAsyncLifetime, IDisposable
{
    private readonly ScriptedMembership _membership = new();
    private readonly Stages _stages = new();
    private readonly ConcurrentQueue<string> _news = new();
    private readonly LogLines _log = new();
    private readonly ClusterView _view;

    public ClusterViewTests()
    {
        _view = new ClusterView(
            new LocalSilo(ScriptedMembership.Silo(1)), _membership, new LoggerFactory([_log]).CreateLogger<ClusterView>());
        _view.SiloLost += silo => _news.Enqueue("lost " + silo);
        _view.SiloLeaving += silo => _news.Enqueue("leaving " + silo);
        _membership.Set(1, SiloStatus.Active);
        _membership.Set(2, SiloStatus.Active);
        _view.Participate(_stages);
    }

    public Task InitializeAsync() => _stages.Observer!.OnStart(default);

    public Task DisposeAsync() => _stages.Observer!.OnStop(default);

    public void Dispose() => _view.Dispose();

    [Fact]
    public async Task SiloLost_DeclaredDead_IsToldOnce()
    {
        await SettledAsync();
        _membership.Set(2, SiloStatus.Dead);
        await SettledAsync();
        Assert.Equal(["lost " + ScriptedMembership.Key(2)], Others());
        Assert.False(_view.IsAlive(ScriptedMembership.Key(2)));
        Assert.True(_log.Has($"{ScriptedMembership.Key(2)} is gone"));
    }

    [Fact]
    public async Task SiloLeaving_InGoodOrder_IsToldOnceAndBeforeItsLoss()
    {
        await SettledAsync();
        foreach (var status in new[] { SiloStatus.ShuttingDown, SiloStatus.Stopping, SiloStatus.Dead })
        {
            _membership.Set(2, status);
            await SettledAsync();
        }

        Assert.Equal(["leaving " + ScriptedMembership.Key(2), "lost " + ScriptedMembership.Key(2)], Others());
        Assert.True(_log.Has($"{ScriptedMembership.Key(2)} has left"));
        Assert.False(_log.Has("is gone"));
    }

    [Fact]
    public async Task OwnEnd_IsNoNews()
    {
        await SettledAsync();
        _membership.Set(1, SiloStatus.ShuttingDown);
        await SettledAsync();
        _membership.Set(1, SiloStatus.Dead);
        await SettledAsync();
        Assert.Empty(Others());
    }

    [Fact]
    public void OtherActiveSilos_FollowTheMembershipAndAreKeptBetweenChanges()
    {
        Assert.Equal([ScriptedMembership.Key(2)], _view.OtherActiveSilos);
        Assert.Same(_view.OtherActiveSilos, _view.OtherActiveSilos);
        _membership.Set(3, SiloStatus.Joining);
        Assert.Equal([ScriptedMembership.Key(2)], _view.OtherActiveSilos);
        _membership.Set(3, SiloStatus.Active);
        _membership.Set(2, SiloStatus.ShuttingDown);
        Assert.Equal([ScriptedMembership.Key(3)], _view.OtherActiveSilos);
    }

    [Fact]
    public async Task IsGoneAsync_NotHeardOf_AsksTheTableFirst()
    {
        var watch = new HostWatch(_view);
        _membership.OnRefresh = () => _membership.Set(3, SiloStatus.Active);
        Assert.False(await watch.IsGoneAsync(ScriptedMembership.Key(3))); // it had just joined
        _membership.OnRefresh = null;
        Assert.True(await watch.IsGoneAsync(ScriptedMembership.Key(4))); // the table does not know it either
        Assert.Equal(2, _membership.Refreshes);
        _membership.Set(3, SiloStatus.Dead);
        Assert.True(await watch.IsGoneAsync(ScriptedMembership.Key(3)));
        Assert.True(await watch.IsGoneAsync(SiloKey.Nowhere));
        Assert.Equal(2, _membership.Refreshes);
        _membership.OnRefresh = static () => throw new SiloUnavailableException("the store is away");
        Assert.False(await watch.IsGoneAsync(ScriptedMembership.Key(4))); // not for certain
    }

    [Fact]
    public async Task HostWatch_SiloLost_TellsThoseWhoWatchItAndNobodyElse()
    {
        var watch = new HostWatch(_view);
        var told = new ConcurrentQueue<string>();
        Action first = () => told.Enqueue("first"), second = () => told.Enqueue("second"), third = () => told.Enqueue("third");
        _membership.Set(3, SiloStatus.Active);
        watch.Add(ScriptedMembership.Key(2), first);
        watch.Add(ScriptedMembership.Key(2), second);
        watch.Add(ScriptedMembership.Key(3), third);
        watch.Remove(ScriptedMembership.Key(2), second);
        await SettledAsync();
        _membership.Set(2, SiloStatus.Dead);
        await SettledAsync();
        Assert.Equal(["first"], told);
        Assert.Equal(0, watch.CountOf(ScriptedMembership.Key(2)));
        watch.Add(ScriptedMembership.Key(2), first); // too late: nothing is kept once it is taken back
        watch.Remove(ScriptedMembership.Key(2), first);
        Assert.Equal(0, watch.CountOf(ScriptedMembership.Key(2)));
        Assert.Equal(1, watch.CountOf(ScriptedMembership.Key(3)));
    }

    // The watcher skips versions it is too late for; what it has seen is told in order. A silo's loss serves as a mark.
    private int _marks = 100;

    private string[] Others() => [.. _news.Where(n => !n.Contains(":112", StringComparison.Ordinal))];

    private async Task SettledAsync()
    {
        // Who leaves is told first of what one look has found: the look that finds a second mark comes after all of that.
        for (var looks = 0; looks < 2; looks++)
        {
            var mark = ++_marks;
            _membership.Set(mark, SiloStatus.ShuttingDown);
            await Eventually.EventuallyAsync(
                () => _news.Contains("leaving " + ScriptedMembership.Key(mark)), "the watcher has seen the membership");
        }
    }

    private sealed class Stages : ISiloLifecycle
    {
        public ILifecycleObserver? Observer { get; private set; }

        public int HighestCompletedStage => 0;

        public int LowestStoppedStage => 0;

        public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
        {
            Observer = observer;
            return new MemoryStream();
        }
    }
}
