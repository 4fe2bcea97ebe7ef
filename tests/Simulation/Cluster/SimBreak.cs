namespace Orchestration.Simulation.Cluster;

/// <summary>
/// Which rule of the commit protocol the seams of a world break, to show that the simulation finds it. Numbers are the
/// protocol's.
/// </summary>
internal enum SimBreak
{
    Nothing,

    /// <summary>3: an append takes place wherever the history ends.</summary>
    UnconditionalAppend,

    /// <summary>3: the summary says that a run waits which is at work.</summary>
    RunnableCalledParked,

    /// <summary>4: an append is answered before it is durable, and lost with its silo.</summary>
    AnsweredBeforeDurable,

    /// <summary>7: a run that has ended and still owes something counts as done.</summary>
    OwingForgotten,

    /// <summary>9: runnable runs are not found after a crash.</summary>
    RunnableNotFound,

    /// <summary>9: parked runs that are due are not found.</summary>
    DueNotFound,
}
