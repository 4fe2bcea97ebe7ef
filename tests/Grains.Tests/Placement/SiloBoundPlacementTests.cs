using Microsoft.Extensions.DependencyInjection;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Interfaces.Visibility;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Placement;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orleans.Runtime;

namespace Orchestration.Grains.Tests.Placement;

public sealed class SiloBoundPlacementTests : IAsyncLifetime
{
    private TestSilo _silo = null!;

    private string LocalKey => _silo.Services.GetRequiredService<ClusterView>().LocalKey;

    private string PredecessorKey
    {
        get
        {
            Assert.True(SiloKey.TryParse(LocalKey, out var local));
            return SiloKey.Of(SiloAddress.New(local.Endpoint, local.Generation - 1));
        }
    }

    public async Task InitializeAsync() =>
        _silo = await TestSilo.StartAsync(new InMemoryHistoryStore(), TestHosting.All, services: s =>
            s.Add(new(typeof(World), new World())));

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task Call_KeyIsTheLocalSilo_IsAnswered()
    {
        var replies = await _silo.Grains.GetGrain<IActivityHostGrain>(LocalKey).InquireAsync([new AttemptId("order",
            Guid.NewGuid(), 1, 1)], 1);

        Assert.Equal(AttemptState.NeverSeen, Assert.Single(replies).State);
    }

    [Fact]
    public async Task Call_KeyIsAnEarlierIncarnation_FailsAsUnavailable() =>
        await Assert.ThrowsAsync<SiloUnavailableException>(
            () => _silo.Grains.GetGrain<IResultHubGrain>(PredecessorKey).WaitAsync("order", Guid.NewGuid(), TimeSpan.Zero,
                CancellationToken.None));

    [Fact]
    public async Task Call_KeyNamesNoSilo_FailsAsUnavailable() =>
        await Assert.ThrowsAsync<SiloUnavailableException>(
            () => _silo.Grains.GetGrain<IResultHubGrain>(SiloKey.Nowhere).WaitAsync("order", Guid.NewGuid(), TimeSpan.Zero,
                CancellationToken.None));

    [Fact]
    public void ActivityPlacement_OneSilo_ChoosesItAndKnowsItsDead()
    {
        var placement = _silo.Services.GetRequiredService<IActivityPlacement>();

        Assert.Equal(LocalKey, placement.ChooseHost("any"));
        Assert.True(placement.IsAlive(LocalKey));
        Assert.False(placement.IsAlive(PredecessorKey));
        Assert.False(placement.IsAlive(SiloKey.Nowhere));
    }
}
