namespace Orchestration.Storage.Moving;

/// <summary>How far a move has come. Kept in the target, so that a move that was cut short goes on.</summary>
public sealed record MoveProgress
{
    /// <summary>What is being done.</summary>
    public MovePhase Phase { get; init; }

    /// <summary>The data set that is moved.</summary>
    public Guid Source { get; init; }

    /// <summary>The last run that is done with in this phase.</summary>
    public string? Cursor { get; init; }

    /// <summary>Runs that were written.</summary>
    public long Copied { get; init; }

    /// <summary>Runs whose copy was compared with the source.</summary>
    public long Verified { get; init; }

    /// <summary>Events of the runs that were written.</summary>
    public long Events { get; init; }

    /// <summary>Bytes of their histories.</summary>
    public long Bytes { get; init; }

    /// <summary>Small states and reminders that were written.</summary>
    public long States { get; init; }
}

/// <summary>What a move does, in this order.</summary>
public enum MovePhase
{
    /// <summary>Runs are written.</summary>
    Copying = 0,

    /// <summary>Each run is read from both sides and compared.</summary>
    Verifying = 1,

    /// <summary>All is there, and is what it was.</summary>
    Done = 2,
}
