namespace Orchestration.Workflows;

/// <summary>A token cannot be completed any more: somebody has done so, or the workflow has taken it back. Nothing was
/// recorded.</summary>
public sealed class TokenSpent(string message) : ApiFailure(message);
