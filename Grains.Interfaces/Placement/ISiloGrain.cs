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
    /// <param name="workflows">The grain keys.</param>
    /// <param name="asOf">
    /// The version of the membership that the asker knows. The silo answers once it knows it too: what leaves its memory after
    /// the answer then heeds the same losses.
    /// </param>
    [Alias("live")]
    Task<bool[]> AreLiveAsync(string[] workflows, long asOf);

    /// <summary>Whether the silo's store answers it now.</summary>
    [Alias("has-store")]
    Task<bool> HasStoreAsync();

    /// <summary>
    /// A silo has lost the store and asks to be counted out. If the silo that is asked has the store, it declares the other dead
    /// and answers true; the other is to end then.
    /// </summary>
    /// <param name="silo">The silo that asks, by its address with its generation.</param>
    [Alias("take-over")]
    Task<bool> TakeOverAsync(string silo);
}
