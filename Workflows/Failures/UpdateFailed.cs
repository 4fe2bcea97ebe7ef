namespace Orchestration.Workflows;

/// <summary>
/// An update was accepted and failed, or its run ended before it had finished. The cause is the inner exception. The run is not
/// affected by an update's failure.
/// </summary>
public sealed class UpdateFailed(string update, string updateId, string message, Exception? cause = null)
    : ApiFailure($"Update '{update}' ({updateId}) failed: {message}", cause)
{
    /// <summary>The update's name.</summary>
    public string Update { get; } = update;

    /// <summary>The update's id.</summary>
    public string UpdateId { get; } = updateId;
}
