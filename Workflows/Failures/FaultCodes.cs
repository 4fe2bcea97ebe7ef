namespace Orchestration.Workflows;

/// <summary>The codes of all engine faults; each has a page <c>docs/errors/ORCHnnnn.md</c> with cause and remedy.</summary>
public static class FaultCodes
{
    /// <summary>Workflow code asked for something else than its history records.</summary>
    public const string Nondeterminism = "ORCH0001";

    /// <summary>Workflow code awaited something that is not the engine's.</summary>
    public const string ForeignAwait = "ORCH0002";

    /// <summary>Workflow code let an exception escape that is not a recorded failure.</summary>
    public const string UnexpectedException = "ORCH0003";

    /// <summary>No code for the run's workflow type is deployed.</summary>
    public const string UnknownWorkflowType = "ORCH0004";

    /// <summary>The history is at its limit.</summary>
    public const string HistoryTooLarge = "ORCH0005";

    /// <summary>Silos died again and again in the midst of the run's code.</summary>
    public const string PoisonRun = "ORCH0006";

    /// <summary>A stored history cannot be read.</summary>
    public const string CorruptHistory = "ORCH0007";

    /// <summary>Workflow code held its turn too long.</summary>
    public const string TurnTooLong = "ORCH0008";

    /// <summary>The run's input cannot be read as the workflow's input type.</summary>
    public const string UnreadableInput = "ORCH0009";

    /// <summary>Workflow code went round and round within one step.</summary>
    public const string EndlessLoop = "ORCH0010";

    /// <summary>Workflow code called itself too deeply.</summary>
    public const string StackTooDeep = "ORCH0011";

    /// <summary>A payload's codec is not known, or cannot read it.</summary>
    public const string UndecodablePayload = "ORCH0012";

    /// <summary>The store could not be reached, or an outcome is unknown.</summary>
    public const string StoreUnavailable = "ORCH0101";

    /// <summary>The store was written by a newer version.</summary>
    public const string StoreTooNew = "ORCH0102";

    /// <summary>The store's file is in use in a way that would harm it.</summary>
    public const string StoreInUse = "ORCH0103";

    /// <summary>The store's file is on a network file system or otherwise unfit.</summary>
    public const string StoreUnfit = "ORCH0104";

    /// <summary>A restored backup was opened without consent.</summary>
    public const string StoreRestored = "ORCH0105";

    /// <summary>The file is no store, or damaged.</summary>
    public const string StoreCorrupt = "ORCH0106";

    /// <summary>The client and the silo speak different versions.</summary>
    public const string VersionMismatch = "ORCH0201";

    /// <summary>The other silos have declared this silo dead.</summary>
    public const string NoMember = "ORCH0202";

    /// <summary>Two silos are not of one cluster.</summary>
    public const string WrongCluster = "ORCH0203";

    /// <summary>A silo and those that are there do not reach each other.</summary>
    public const string CannotJoin = "ORCH0204";

    /// <summary>A certificate is not accepted.</summary>
    public const string CertificateRefused = "ORCH0205";

    /// <summary>One end of a connection speaks TLS, and the other does not.</summary>
    public const string TlsOnOneSide = "ORCH0206";

    /// <summary>A silo of another cluster that has the same id.</summary>
    public const string SameClusterId = "ORCH0207";

    /// <summary>Two clocks are far apart.</summary>
    public const string ClocksApart = "ORCH0208";

    /// <summary>A silo has lost its store, which others have.</summary>
    public const string StoreLost = "ORCH0209";
}
