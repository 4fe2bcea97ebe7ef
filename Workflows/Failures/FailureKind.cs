namespace Orchestration.Workflows;

/// <summary>What a stored failure is.</summary>
public enum FailureKind
{
    /// <summary>Raised by the application, or any exception of its code.</summary>
    Application,

    /// <summary>An activity that failed for good; the cause says why.</summary>
    Activity,

    /// <summary>A time limit that ran out.</summary>
    Timeout,

    /// <summary>A cancellation.</summary>
    Canceled,

    /// <summary>An attempt whose silo is gone.</summary>
    Lost,

    /// <summary>A run that was ended from outside.</summary>
    Terminated,

    /// <summary>A child workflow that ended without a result; the cause says why.</summary>
    ChildWorkflow,

    /// <summary>A child workflow that could not be started.</summary>
    ChildNotStarted,

    /// <summary>A message that did not reach another workflow.</summary>
    ExternalWorkflow,

    /// <summary>A saga that failed and could not undo all that it did; the cause says why it failed.</summary>
    Compensation,

    /// <summary>An update that was accepted by a run which ended before the update had finished.</summary>
    RunEnded,
}
