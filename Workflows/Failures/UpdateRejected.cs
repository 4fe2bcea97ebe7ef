namespace Orchestration.Workflows;

/// <summary>
/// An update was not accepted: its validator said no, or no update of that name or with such arguments exists. Nothing was
/// recorded.
/// </summary>
public sealed class UpdateRejected(string update, string message, RecordedFailure? reason = null) : ApiFailure(message, reason)
{
    /// <summary>The update's name.</summary>
    public string Update { get; } = update;
}
