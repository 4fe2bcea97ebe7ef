namespace Orchestration.Workflows;

/// <summary>
/// What becomes of a child when the run of its parent ends, in whatever way; continuing as new ends the run too. Carried out once
/// the
/// parent's end is durable, and repeated until the child has taken it.
/// </summary>
public enum ParentClosePolicy
{
    /// <summary>The child is terminated, and so are its own children by their policies.</summary>
    Terminate,

    /// <summary>The child goes on by itself.</summary>
    Abandon,

    /// <summary>The child's cancellation is requested; its code decides what follows.</summary>
    RequestCancel,
}
