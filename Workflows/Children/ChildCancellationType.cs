namespace Orchestration.Workflows;

/// <summary>What becomes of a running child when the code that waits for it is cancelled.</summary>
public enum ChildCancellationType
{
    /// <summary>The child is asked to cancel; the wait ends with whatever outcome the child comes to.</summary>
    WaitCancellationCompleted,

    /// <summary>The child is asked to cancel; the wait ends as cancelled at once.</summary>
    TryCancel,

    /// <summary>The wait ends as cancelled at once; the child is not told and goes on.</summary>
    Abandon,
}
