using Orchestration.Client;
using Orchestration.Portable.Tests.Hosting;
using Orchestration.Portable.Tests.Workflows;

namespace Orchestration.Portable.Tests;

/// <summary>Silos that find each other through the store.</summary>
[Trait("Category", "Portable")]
public sealed class ClusterTests : DirectoryTest
{
    private readonly List<PortableSilo> _silos = [];

    public override async Task InitializeAsync()
    {
        for (var i = 0; i < 2; i++) _silos.Add(await PortableSilo.StartAsync(Directory, "portable"));
    }

    public override async Task DisposeAsync()
    {
        foreach (var silo in _silos) await silo.DisposeAsync();
    }

    [Fact]
    public async Task Workflows_OfBothSilos_AreOneSpace()
    {
        var ids = Enumerable.Range(0, 40).Select(static i => $"shared-{i}").ToArray();
        await Task.WhenAll(ids.Select((id, i) => _silos[i % 2].Client.GetWorkflow<Sleeper>(id).StartAsync(50)));
        var results = await Task.WhenAll(ids.Select((id, i) =>
            _silos[(i + 1) % 2].Client.GetWorkflow<Sleeper>(id).GetResultAsync()));
        Assert.All(results, static result => Assert.Equal("slept 50", result));
        Assert.Equal(3, await _silos[0].Client.GetWorkflow<Family>("family").ExecuteAsync(2));
    }

    [Fact]
    public async Task Silo_Leaves_ItsRunsGoOnAtTheOther()
    {
        var ids = Enumerable.Range(0, 20).Select(static i => $"moving-{i}").ToArray();
        await Task.WhenAll(ids.Select(id => _silos[1].Client.GetWorkflow<Order>(id).StartAsync(new OrderInput(id))));
        await _silos[1].DisposeAsync();
        _silos.RemoveAt(1);
        var client = _silos[0].Client;
        await Task.WhenAll(ids.Select(id => client.GetWorkflow<Order>(id).SignalAsync(o => o.Approve("all"))));
        var results = await Task.WhenAll(ids.Select(id => client.GetWorkflow<Order>(id).GetResultAsync()));
        Assert.All(results, static result => Assert.EndsWith("approved by all, 0 changes", result, StringComparison.Ordinal));
    }
}
