namespace Orchestration.Simulation.Cluster;

/// <summary>Which rule of the commit protocol the seams of a world break, to show that the simulation finds it.</summary>
internal enum SimBreak
{
    Nothing,

    /// <summary>3: appends are not conditional.</summary>
    UnconditionalAppend,

    /// <summary>3, 4: an append is answered before it is durable, and lost with its silo.</summary>
    AcknowledgedBeforeDurable,

    /// <summary>5: a repeated append is not known by its turn, and conflicts.</summary>
    ForgetsTurnId,

    /// <summary>6: a silo is taken for dead as soon as it is asked about.</summary>
    EverySiloIsDead,

    /// <summary>8: a repeated request has a number of its own.</summary>
    RequestsRenumbered,

    /// <summary>9: runnable runs are not found after a crash.</summary>
    RunnableNotFound,

    /// <summary>9: parked runs that are due are not found.</summary>
    DueNotFound,
}
