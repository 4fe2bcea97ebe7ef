using Orchestration.Grains.Kernel.History;

namespace Orchestration.Grains.Kernel;

/// <summary>An accepted update.</summary>
/// <param name="UpdateId">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Completed">Its outcome; null while its handler is under way, and where it <see cref="IsFaded"/>.</param>
public sealed record UpdateState(string UpdateId, string Name, UpdateCompleted? Completed)
{
    /// <summary>Whether it has an outcome that is not in memory any more: it stands in the run's history.</summary>
    public bool IsFaded { get; init; }
}
