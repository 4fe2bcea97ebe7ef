namespace Orchestration.Testing.Histories;

/// <summary>What came of the replay of one history.</summary>
public enum ReplayOutcome
{
    /// <summary>Today's code takes the same way.</summary>
    Fits,

    /// <summary>Today's code asks for something else than is recorded: runs like this one would stall.</summary>
    Differs,

    /// <summary>The replayer was not given the history's workflow type.</summary>
    UnknownType,

    /// <summary>Today's code cannot go on for another reason: it throws, or awaits what is not the engine's.</summary>
    Stalls,

    /// <summary>The history cannot be read.</summary>
    Damaged,
}
