namespace Orchestration.Grains.Storage;

/// <summary>What became of an append.</summary>
public enum AppendOutcome
{
    /// <summary>It is durable, by this call or by an earlier one with the same turn id.</summary>
    Appended,

    /// <summary>
    /// The history is not at the expected sequence, or the run is gone: somebody else writes it. Nothing was written.
    /// </summary>
    Conflict,

    /// <summary>
    /// A first append whose instance has a run that <see cref="RunHeader.Previous"/> does not allow for. Nothing was written.
    /// </summary>
    InstanceExists,
}
