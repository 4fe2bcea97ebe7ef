namespace Orleans;

/// <summary>The kinds of reason for which an activation ends.</summary>
public enum DeactivationReasonCode : byte
{
    /// <summary>None was given.</summary>
    None,

    /// <summary>The silo shuts down.</summary>
    ShuttingDown,

    /// <summary>Activation failed.</summary>
    ActivationFailed,

    /// <summary>The directory could not be reached or refused the activation.</summary>
    DirectoryFailure,

    /// <summary>It was idle for its collection age.</summary>
    ActivationIdle,

    /// <summary>A call ran for far too long.</summary>
    ActivationUnresponsive,

    /// <summary>Another activation of the grain is the valid one.</summary>
    DuplicateActivation,

    /// <summary>A call of another interface version arrived.</summary>
    IncompatibleRequest,

    /// <summary>The grain met an error that it cannot go on from.</summary>
    ApplicationError,

    /// <summary>The grain asked for it.</summary>
    ApplicationRequested,

    /// <summary>It moves to another silo.</summary>
    Migrating,

    /// <summary>The runtime asked for it.</summary>
    RuntimeRequested,

    /// <summary>Memory ran short.</summary>
    HighMemoryPressure,
}
