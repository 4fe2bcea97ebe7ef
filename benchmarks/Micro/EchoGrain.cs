using Orleans;

namespace Orchestration.Benchmarks.Micro;

/// <inheritdoc cref="IEchoGrain"/>
public sealed class EchoGrain : Grain, IEchoGrain
{
    /// <inheritdoc/>
    public Task<int> EchoAsync(int value) => Task.FromResult(value);

    /// <inheritdoc/>
    public async Task<int> CallOtherAsync(string key, int times)
    {
        var other = GrainFactory.GetGrain<IEchoGrain>(key);
        var sum = 0;
        for (var i = 0; i < times; i++) sum += await other.EchoAsync(1);
        return sum;
    }
}
