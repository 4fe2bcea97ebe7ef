using Orleans.Runtime;

namespace Orleans;

/// <summary>
/// A grain class; implemented by <see cref="Grain"/>, or directly by a class that takes its context in its constructor.
/// </summary>
public interface IGrainBase
{
    /// <summary>The activation that hosts this object.</summary>
    IGrainContext GrainContext { get; }

    /// <summary>
    /// Called once before the first call; when it fails, the waiting calls fail with its error and the activation ends.
    /// </summary>
    Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

    /// <summary>Called once after the last call.</summary>
    Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
}
