namespace Orchestration.Workflows;

/// <summary>Where a run stands.</summary>
public enum WorkflowStatus
{
    /// <summary>It goes on.</summary>
    Running,

    /// <summary>It ended with a result.</summary>
    Completed,

    /// <summary>It ended with a failure.</summary>
    Failed,

    /// <summary>It ended as cancelled.</summary>
    Canceled,

    /// <summary>It was ended from outside.</summary>
    Terminated,

    /// <summary>
    /// It cannot go on by its code as deployed, and goes on by itself once fitting code is there. Open, not ended.
    /// </summary>
    Stalled,

    /// <summary>It ended, and the instance went on as a new run.</summary>
    ContinuedAsNew,

    /// <summary>Its run or execution timeout ended it, without its code.</summary>
    TimedOut,
}
