using Orchestration.Grains.Kernel.Effects;
using Orchestration.Grains.Kernel.History;

namespace Orchestration.Grains.Kernel;

/// <summary>What one advance of a run came to: to be made durable with one append, then carried out.</summary>
/// <param name="Events">The events to append, in order; empty where nothing happened.</param>
/// <param name="Effects">What to do once they are durable, in order.</param>
/// <param name="MadeProgress">Whether user code moved on an outcome, a timer or a message (a mere re-dispatch is none): resets
/// the count of wakes.</param>
public sealed record Turn(IReadOnlyList<HistoryEvent> Events, IReadOnlyList<Effect> Effects, bool MadeProgress)
{
    /// <summary>
    /// Stimuli that the run did not take, because it is stalled or to be rebuilt: their senders are told so, and keep and repeat
    /// them. Never a
    /// <see cref="Stimuli.Terminate"/>.
    /// </summary>
    public IReadOnlyList<Stimuli.Stimulus> Refused { get; init; } = [];

    /// <summary>
    /// Stimuli that came after the run's end, in order: where it continued as new, those that are for the instance go to the run
    /// that continues it; else nobody takes them.
    /// </summary>
    public IReadOnlyList<Stimuli.Stimulus> Late { get; init; } = [];

    /// <summary>Messages that the run did not take, for good: their senders are told why. In the order of the stimuli.</summary>
    public IReadOnlyList<RejectedStimulus> Rejected { get; init; } = [];
}
