using Orleans;

namespace Orchestration.Benchmarks.Micro;

/// <summary>A grain that does next to nothing, so that only the call is measured.</summary>
public interface IEchoGrain : IGrainWithStringKey
{
    /// <summary>Returns the number.</summary>
    Task<int> EchoAsync(int value);

    /// <summary>Calls another grain so many times, one after the other.</summary>
    Task<int> CallOtherAsync(string key, int times);
}
