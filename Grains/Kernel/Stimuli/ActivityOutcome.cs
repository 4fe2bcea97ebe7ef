using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Stimuli;

/// <summary>How an attempt ended.</summary>
public abstract record ActivityOutcome
{
    private ActivityOutcome()
    {
    }

    /// <summary>With a result.</summary>
    public sealed record Completed(Payload Result) : ActivityOutcome;

    /// <summary>With a failure, a start-to-close or heartbeat timeout among them.</summary>
    public sealed record Failed(FailureInfo Failure) : ActivityOutcome;

    /// <summary>Cancelled, as it was asked to.</summary>
    public sealed record Canceled(FailureInfo Failure) : ActivityOutcome;

    /// <summary>Its code ended, and its outcome is to come from outside.</summary>
    /// <param name="Ran">How long the attempt has run.</param>
    public sealed record MovedOutside(TimeSpan Ran) : ActivityOutcome;

    /// <summary>Interrupted by its silo's shutdown: counts as lost, retried elsewhere at once.</summary>
    public sealed record Interrupted : ActivityOutcome;
}
