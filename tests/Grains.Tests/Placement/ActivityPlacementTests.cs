using Microsoft.Extensions.Logging.Abstractions;
using Orchestration.Grains.Placement;
using Orchestration.Grains.Tests.Activities;
using Orchestration.Grains.Tests.Support;
using Orleans.Runtime;

namespace Orchestration.Grains.Tests.Placement;

/// <summary>Where attempts go when this silo is busy.</summary>
public sealed class ActivityPlacementTests : IDisposable
{
    private const int Slots = 10;

    private readonly ScriptedMembership _membership = new();
    private readonly HostUnderTest _host = new(slots: Slots);
    private readonly ClusterView _view;
    private readonly HostLoads _loads;
    private readonly ActivityPlacement _placement;
    private string? _lacking;

    public ActivityPlacementTests()
    {
        _membership.Set(1, SiloStatus.Active);
        _view = new ClusterView(new LocalSilo(ScriptedMembership.Silo(1)), _membership, NullLogger<ClusterView>.Instance);
        _loads = new HostLoads(_host.Host, _view, _host.Time);
        _placement = new ActivityPlacement(
            _view, _host.Host, _loads, static type => type != "elsewhere", (silo, _) => silo == _lacking);
    }

    private static string Local => ScriptedMembership.Key(1);

    public void Dispose()
    {
        _view.Dispose();
        _host.Dispose();
    }

    [Fact]
    public void ChooseHost_Alone_TakesAllItself() => Assert.All(Choices(3 * Slots), c => Assert.Equal(Local, c));

    [Fact]
    public void ChooseHost_FanOutInOneTurn_FillsThisSiloThenTheOthersEvenly()
    {
        for (var silo = 2; silo <= 8; silo++) _membership.Set(silo, SiloStatus.Active);
        var counts = Choices(8 * Slots * 10).CountBy(static c => c).ToDictionary();
        Assert.Equal(8, counts.Count);
        Assert.All(counts.Values, n => Assert.InRange(n, Slots * 8, Slots * 12)); // 100 each, within what two choices differ by
    }

    [Fact]
    public void ChooseHost_AFewAtATime_StayHere()
    {
        _membership.Set(2, SiloStatus.Active);
        for (var round = 0; round < 100; round++)
        {
            Assert.All(Choices(Slots), c => Assert.Equal(Local, c));
            _loads.ArrivedLocally(Slots); // and have run
        }
    }

    [Fact]
    public void ChooseHost_PromisesThatNeverCame_AreForgotten()
    {
        _membership.Set(2, SiloStatus.Active);
        Choices(2 * Slots);
        Assert.Equal(0, _loads.LocalRoom);
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Slots, _loads.LocalRoom);
        Assert.Equal(Local, _placement.ChooseHost("any"));
        Assert.Equal(Slots, _loads.RoomOf(ScriptedMembership.Key(2)));
    }

    [Fact]
    public void ChooseHost_AnotherOneIsFull_IsPassedOverUntilItsAnswerIsOld()
    {
        _membership.Set(2, SiloStatus.Active);
        _membership.Set(3, SiloStatus.Active);
        Choices(Slots); // this one is full
        _loads.Heard(ScriptedMembership.Key(2), -1000);
        _loads.Heard(ScriptedMembership.Key(3), -5);
        Assert.DoesNotContain(ScriptedMembership.Key(2), Choices(50));
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Slots, _loads.RoomOf(ScriptedMembership.Key(2)));
    }

    [Fact]
    public void ChooseHost_OthersLackTheActivity_KeepsItHere()
    {
        _membership.Set(2, SiloStatus.Active);
        _membership.Set(3, SiloStatus.Active);
        _loads.Lacks(ScriptedMembership.Key(2), "new");
        Assert.DoesNotContain(ScriptedMembership.Key(2), Choices(5 * Slots, "new"));
        _loads.Lacks(ScriptedMembership.Key(3), "new");
        Assert.All(Choices(5 * Slots, "new"), c => Assert.Equal(Local, c));
        Assert.Contains(ScriptedMembership.Key(2), Choices(5 * Slots, "old"));
    }

    [Fact]
    public void ChooseHost_ThisSiloLacksTheActivity_GoesToOneThatMayHaveIt()
    {
        _membership.Set(2, SiloStatus.Active);
        _membership.Set(3, SiloStatus.Active);
        Assert.DoesNotContain(Local, Choices(5 * Slots, "elsewhere"));
        _lacking = ScriptedMembership.Key(2);
        Assert.All(Choices(5 * Slots, "elsewhere"), c => Assert.Equal(ScriptedMembership.Key(3), c));
        _loads.Lacks(ScriptedMembership.Key(3), "elsewhere");
        Assert.All(Choices(5, "elsewhere"), c => Assert.Equal(Local, c)); // which says that it lacks it
    }

    [Fact]
    public async Task ChooseHost_ThisSiloShutsDown_GoesToAnotherOrNowhere()
    {
        _membership.Set(2, SiloStatus.Active);
        await _host.Host.StopAsync(default);
        Assert.All(Choices(3 * Slots), c => Assert.Equal(ScriptedMembership.Key(2), c));
        _membership.Set(2, SiloStatus.Dead);
        Assert.Equal(SiloKey.Nowhere, _placement.ChooseHost("any"));
    }

    private string[] Choices(int count, string type = "any") =>
        [.. Enumerable.Range(0, count).Select(_ => _placement.ChooseHost(type))];
}
