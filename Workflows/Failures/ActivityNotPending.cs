namespace Orchestration.Workflows;

/// <summary>
/// The activity, or the attempt that a token stands for, has ended: it was completed before, timed out, was cancelled, or its
/// run has ended. Nothing was changed.
/// </summary>
public sealed class ActivityNotPending(string message) : ApiFailure(message);
