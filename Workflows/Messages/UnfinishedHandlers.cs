namespace Orchestration.Workflows;

/// <summary>
/// What is said of a message handler that has not finished when its run ends. It is abandoned in either case: let the run's code
/// await all of its handlers where that must not be.
/// </summary>
public enum UnfinishedHandlers
{
    /// <summary>A warning names it.</summary>
    Warn,

    /// <summary>Nothing: it is meant to be abandoned.</summary>
    Abandon,
}
