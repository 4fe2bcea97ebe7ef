namespace Orchestration.Grains.Kernel.History;

/// <summary>From where on a run is told that it should continue as new. Recorded with the run, since its code may ask.</summary>
/// <param name="Events">The length of the history in events.</param>
/// <param name="Bytes">Its length in bytes.</param>
public sealed record ContinueHint(long Events, long Bytes)
{
    /// <summary>That of runs whose start records none.</summary>
    public static ContinueHint Default { get; } = new(4_000, 4_000_000);
}
