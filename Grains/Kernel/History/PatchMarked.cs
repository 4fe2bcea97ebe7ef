namespace Orchestration.Grains.Kernel.History;

/// <summary>
/// Workflow code asked whether it is patched and took the new path. Has no command number, and may stand anywhere among the
/// commands of its run: that it is there is what counts.
/// </summary>
public sealed record PatchMarked : HistoryEvent
{
    /// <summary>The patch.</summary>
    public required string PatchId { get; init; }

    /// <summary>Whether it was marked as deprecated: code need not ask for it any more.</summary>
    public bool Deprecated { get; init; }
}
