namespace Orchestration.Grains.Interfaces.Wire;

/// <summary>The API outcomes that cross grain calls as values.</summary>
public enum FaultKind
{
    /// <summary>The request cannot be carried out as it stands.</summary>
    InvalidRequest,

    /// <summary>No such run.</summary>
    NotFound,

    /// <summary>An open run holds the id.</summary>
    AlreadyStarted,

    /// <summary>No live silo hosts the workflow type.</summary>
    UnknownWorkflowType,

    /// <summary>A payload is over the limit.</summary>
    PayloadTooLarge,

    /// <summary>The silo takes no more starts for the moment.</summary>
    SlowDown,

    /// <summary>The activation has stepped down, or its silo is leaving; repeat the request.</summary>
    NotOwner,

    /// <summary>The run has ended and takes no messages.</summary>
    Closed,

    /// <summary>The run's code cannot go on as deployed, so it takes no messages.</summary>
    Stalled,

    /// <summary>A query has no answer.</summary>
    QueryFailed,

    /// <summary>An update was not accepted.</summary>
    UpdateRejected,

    /// <summary>A token can be completed no more.</summary>
    TokenSpent,

    /// <summary>The engine or its store is at fault; <see cref="Fault.Code"/> says which.</summary>
    Engine,

    /// <summary>The activity, or that attempt of it, has ended.</summary>
    ActivityNotPending,
}
