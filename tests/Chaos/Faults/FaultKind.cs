namespace Orchestration.Chaos.Faults;

/// <summary>What is done to a silo or the database.</summary>
internal enum FaultKind
{
    /// <summary>kill -9; a replacement is started.</summary>
    Kill,

    /// <summary>SIGTERM: the silo hands over and ends in good order; another one joins in its place.</summary>
    Leave,

    /// <summary>SIGSTOP, and SIGCONT after a while.</summary>
    Freeze,

    /// <summary>A silo's link is down: nobody reaches it, it reaches nobody.</summary>
    Isolate,

    /// <summary>A silo is cut off from all other silos, not from the database and clients.</summary>
    Peers,

    /// <summary>Two silos are cut off from each other.</summary>
    Pair,

    /// <summary>A silo is cut off from the database.</summary>
    Store,

    /// <summary>The database is stopped as by a crash, and started again.</summary>
    Database,
}
