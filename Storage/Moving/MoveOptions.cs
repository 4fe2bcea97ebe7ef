namespace Orchestration.Storage.Moving;

/// <summary>How a data set is moved.</summary>
public sealed record MoveOptions
{
    /// <summary>
    /// Whether the source is marked as moved in the end, so that no silo opens it again by mistake. Leave it off for a copy that
    /// is a backup.
    /// </summary>
    public bool RetireSource { get; init; } = true;

    /// <summary>How many runs are written or compared at once.</summary>
    public int AtOnce { get; init; } = 64;

    /// <summary>Told of the progress, now and then.</summary>
    public IProgress<MoveProgress>? Progress { get; init; }
}
