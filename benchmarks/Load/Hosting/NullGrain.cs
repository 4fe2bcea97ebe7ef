using Orleans;

namespace Orchestration.Benchmarks.Load.Hosting;

/// <inheritdoc cref="INullGrain"/>
public sealed class NullGrain : Grain, INullGrain
{
    /// <inheritdoc/>
    public Task<long> EchoAsync(long value) => Task.FromResult(value);
}
