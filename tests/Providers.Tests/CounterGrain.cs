using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orchestration.Providers.Tests;

/// <summary>A grain of an application that uses workflows too.</summary>
public interface ICounterGrain : IGrainWithStringKey
{
    Task<int> AddAsync();

    Task ClearAsync();

    Task WriteStaleAsync();
}

/// <summary>What it keeps.</summary>
[GenerateSerializer]
public sealed class Count
{
    [Id(0)]
    public int Value { get; set; }
}

/// <inheritdoc/>
public sealed class CounterGrain([PersistentState("count", "small")] IPersistentState<Count> count) : Grain, ICounterGrain
{
    public async Task<int> AddAsync()
    {
        count.State.Value++;
        await count.WriteStateAsync();
        return count.State.Value;
    }

    public Task ClearAsync() => count.ClearStateAsync();

    public async Task WriteStaleAsync()
    {
        var storage = GrainContext.ActivationServices.GetRequiredKeyedService<IGrainStorage>("small");
        var stale = new GrainState<Count>();
        await storage.ReadStateAsync("count", GrainContext.GrainId, stale);
        await count.WriteStateAsync();
        await storage.WriteStateAsync("count", GrainContext.GrainId, stale);
    }
}
