using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

/// <summary>Why a message was not taken.</summary>
public enum RejectionKind
{
    /// <summary>The run has ended.</summary>
    Closed,

    /// <summary>Its handler does not take such arguments, or there is no such thing.</summary>
    Invalid,

    /// <summary>An update that its validator, or the lack of a handler, kept out.</summary>
    UpdateRejected,

    /// <summary>A token that is no more to be completed.</summary>
    TokenSpent,
}

/// <summary>A message that the run did not take, of which it therefore has no event: its sender is told why.</summary>
/// <param name="Stimulus">The message.</param>
/// <param name="Kind">Why, as a program tells it.</param>
/// <param name="Message">Why, in words.</param>
/// <param name="Failure">What the validator threw.</param>
public sealed record RejectedStimulus(Stimulus Stimulus, RejectionKind Kind, string Message, FailureInfo? Failure = null);
