namespace Orchestration.Workflows;

/// <summary>What becomes of a running attempt when its call is cancelled.</summary>
public enum ActivityCancellationType
{
    /// <summary>The call ends as cancelled at once; the attempt is told and its outcome is ignored.</summary>
    TryCancel,

    /// <summary>The attempt is told; the call ends with whatever outcome the attempt reports.</summary>
    WaitCancellationCompleted,

    /// <summary>The call ends as cancelled at once; the attempt is not told and its outcome is ignored.</summary>
    Abandon,
}
