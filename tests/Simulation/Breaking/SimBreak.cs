namespace Orchestration.Simulation.Breaking;

/// <summary>
/// Which rule of the commit protocol the seams of a world break, to show that the simulation finds it. Numbers are the
/// protocol's.
/// </summary>
/// <remarks>
/// Two breaks were tried that harm nothing. An own turn that is taken for a foreign one (5): the activation steps down, rereads,
/// and its callers repeat. A shutdown that does not tell attempts (11): they count as lost with their silo, and are retried.
/// </remarks>
internal enum SimBreak
{
    Nothing,

    /// <summary>1: a signal is acknowledged when it arrives, before its commit.</summary>
    AcknowledgedOnArrival,

    /// <summary>2: a turn's append has only the first half of what the turn came to.</summary>
    HalfTurn,

    /// <summary>3: an append takes place wherever the history ends.</summary>
    UnconditionalAppend,

    /// <summary>3: the summary goes with a write of its own, which may fail.</summary>
    SummaryApart,

    /// <summary>3: the summary says that a run waits which is at work.</summary>
    RunnableCalledParked,

    /// <summary>4: an append is answered before it is durable, and lost with its silo.</summary>
    AnsweredBeforeDurable,

    /// <summary>4: attempts are dispatched while the append that has them is under way.</summary>
    DispatchedBeforeCommit,

    /// <summary>4: a query is answered in the midst of a turn.</summary>
    QueriedWithinTurn,

    /// <summary>5: an append that met a foreign record counts as the activation's own.</summary>
    ForeignTakenForOwn,

    /// <summary>5: a repeated append is not known by its turn id, and takes place again.</summary>
    RepeatAppendedTwice,

    /// <summary>6: an attempt is dispatched to another host than the one recorded.</summary>
    HostNotRecorded,

    /// <summary>6: a host forgets an outcome though its report was not acknowledged.</summary>
    OutcomeForgotten,

    /// <summary>6: a host that has never seen an attempt does not refuse it from then on.</summary>
    NeverSeenNotRefused,

    /// <summary>7: what one run sends another is sent once.</summary>
    OutboxNotRepeated,

    /// <summary>7: what one run sends another is not known where it comes again.</summary>
    ReceiverForgets,

    /// <summary>7: a run that has ended and still owes something counts as done.</summary>
    OwingForgotten,

    /// <summary>8: each try of a client's request has a number of its own.</summary>
    ClientNumberForgotten,

    /// <summary>9: runnable runs are not found after a crash.</summary>
    RunnableNotFound,

    /// <summary>9: parked runs that are due are not found.</summary>
    DueNotFound,

    /// <summary>9: a shard looks for runnable runs where it begins, and never again.</summary>
    LossNotTold,

    /// <summary>10: an activation that goes does not hand on its near due time.</summary>
    DueNoteLost,

    /// <summary>10: an activation that goes does not await its append, nor hand on its effects.</summary>
    DeactivatedAtOnce,

    /// <summary>11: an attempt that a shutdown ends counts as cancelled for good.</summary>
    ShutdownTakenForCancellation,

    /// <summary>11: a shutdown does not keep heartbeat details.</summary>
    DetailsLostAtShutdown,
}
