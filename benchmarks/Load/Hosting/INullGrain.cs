using Orleans;

namespace Orchestration.Benchmarks.Load.Hosting;

/// <summary>Answers and does nothing: what a call alone costs.</summary>
[Alias("orchestration.benchmarks.null")]
public interface INullGrain : IGrainWithStringKey
{
    /// <summary>Answers with its argument.</summary>
    [Alias("echo")]
    Task<long> EchoAsync(long value);
}
