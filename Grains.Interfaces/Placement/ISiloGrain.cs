using Orleans;

namespace Orchestration.Grains.Interfaces.Placement;

/// <summary>
/// What one silo tells the others of itself, when they need it. The key is the silo's address with its generation, and the grain
/// lives on that silo or not at all. Nothing it says is durable.
/// </summary>
[Alias("orchestration.silo")]
public interface ISiloGrain : IGrainWithStringKey
{
    /// <summary>The code that the silo hosts; the same for as long as it lives.</summary>
    [Alias("code")]
    Task<HostedCode> GetCodeAsync();

    /// <summary>
    /// Which of these workflows (grain keys) have an open run in the silo's memory, which keeps its own timers and hears of lost
    /// silos: one answer for each, in order. True may be untrue a moment later.
    /// </summary>
    [Alias("live")]
    Task<bool[]> AreLiveAsync(string[] workflows);

    /// <summary>
    /// A silo has lost the store and asks to be counted out. If the silo that is asked has the store, it declares the other dead
    /// and answers true; the other is to end then.
    /// </summary>
    /// <param name="silo">The silo that asks, by its address with its generation.</param>
    [Alias("take-over")]
    Task<bool> TakeOverAsync(string silo);
}
