namespace Orchestration.Workflows;

/// <summary>The time limits of activities and runs.</summary>
public enum TimeoutKind
{
    /// <summary>One attempt ran too long.</summary>
    StartToClose,

    /// <summary>The attempt was not started in time.</summary>
    ScheduleToStart,

    /// <summary>The activity took too long in all.</summary>
    ScheduleToClose,

    /// <summary>No heartbeat came in time.</summary>
    Heartbeat,

    /// <summary>The run took too long.</summary>
    Run,

    /// <summary>The run, with those that it continues, took too long in all.</summary>
    Execution,

    /// <summary>Nobody completed a token in time.</summary>
    Token,
}
