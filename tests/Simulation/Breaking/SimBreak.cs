namespace Orchestration.Simulation.Breaking;

/// <summary>
/// Which rule of the commit protocol the seams of a world break, to show that the simulation finds it. Numbers are the
/// protocol's; the seeds are those that found the break when it was last looked for from 1 on.
/// </summary>
/// <remarks>
/// Two breaks were tried that harm nothing. An own turn that is taken for a foreign one (5): the activation steps down, rereads,
/// and its callers repeat. A shutdown that does not tell attempts (11): they count as lost with their silo, and are retried.
/// </remarks>
internal enum SimBreak
{
    Nothing,

    /// <summary>A signal is acknowledged when it arrives, before its commit.</summary>
    [Rule(1, 6)]
    AcknowledgedOnArrival,

    /// <summary>A turn's append has only the first half of what the turn came to.</summary>
    [Rule(2, 1)]
    HalfTurn,

    /// <summary>An append takes place wherever the history ends.</summary>
    [Rule(3, 4)]
    UnconditionalAppend,

    /// <summary>The summary goes with a write of its own, which may fail.</summary>
    [Rule(3, 4)]
    SummaryApart,

    /// <summary>The summary says that a run waits which is at work.</summary>
    [Rule(3, 18)]
    RunnableCalledParked,

    /// <summary>An append is answered before it is durable, and lost with its silo.</summary>
    [Rule(4, 1)]
    AnsweredBeforeDurable,

    /// <summary>Attempts are dispatched while the append that has them is under way.</summary>
    [Rule(4, 1)]
    DispatchedBeforeCommit,

    /// <summary>A query is answered in the midst of a turn.</summary>
    [Rule(4, 348)]
    QueriedWithinTurn,

    /// <summary>An append that met a foreign record counts as the activation's own.</summary>
    [Rule(5, 15)]
    ForeignTakenForOwn,

    /// <summary>A repeated append is not known by its turn id, and takes place again.</summary>
    [Rule(5, 4)]
    RepeatAppendedTwice,

    /// <summary>An attempt is dispatched to another host than the one recorded.</summary>
    [Rule(6, 1)]
    HostNotRecorded,

    /// <summary>A host forgets an outcome though its report was not acknowledged.</summary>
    [Rule(6, 139)]
    OutcomeForgotten,

    /// <summary>A host that has never seen an attempt does not refuse it from then on.</summary>
    [Rule(6, 1595)]
    NeverSeenNotRefused,

    /// <summary>What one run sends another is sent once.</summary>
    [Rule(7, 6)]
    OutboxNotRepeated,

    /// <summary>What one run sends another is not known where it comes again.</summary>
    [Rule(7, 167)]
    ReceiverForgets,

    /// <summary>A run that has ended and still owes something counts as done.</summary>
    [Rule(7, 43)]
    OwingForgotten,

    /// <summary>Each try of a client's request has a number of its own.</summary>
    [Rule(8, 10)]
    ClientNumberForgotten,

    /// <summary>Runnable runs are not found after a crash.</summary>
    [Rule(9, 6)]
    RunnableNotFound,

    /// <summary>Parked runs that are due are not found.</summary>
    [Rule(9, 7)]
    DueNotFound,

    /// <summary>A shard looks for runnable runs where it begins, and never again.</summary>
    [Rule(9, 789)]
    LossNotTold,

    /// <summary>An activation that goes does not hand on its near due time.</summary>
    [Rule(10, 9)]
    DueNoteLost,

    /// <summary>An activation that goes does not await its append, nor hand on its effects.</summary>
    [Rule(10, 321)]
    DeactivatedAtOnce,

    /// <summary>An attempt that a shutdown ends counts as cancelled for good.</summary>
    [Rule(11, 61)]
    ShutdownTakenForCancellation,

    /// <summary>A shutdown does not keep heartbeat details.</summary>
    [Rule(11, 446)]
    DetailsLostAtShutdown,
}
