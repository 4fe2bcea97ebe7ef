namespace Orchestration.Grains.Kernel;

/// <summary>Where a compensation stands.</summary>
public enum CompensationState
{
    /// <summary>Its saga goes on; it may be needed.</summary>
    Pending,

    /// <summary>It is being carried out.</summary>
    Running,

    /// <summary>It was carried out.</summary>
    Done,

    /// <summary>It could not be carried out: somebody has to look after what it was to undo.</summary>
    Failed,
}
