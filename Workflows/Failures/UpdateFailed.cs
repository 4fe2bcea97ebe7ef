namespace Orchestration.Workflows;

/// <summary>
/// An update was accepted and failed. The cause is the inner exception. The run is not affected by an update's failure. Where
/// the run ended before the update had finished, it is an <see cref="UpdateUnfinished"/>.
/// </summary>
public class UpdateFailed : ApiFailure
{
    /// <summary>A failed update.</summary>
    /// <param name="update">The update's name.</param>
    /// <param name="updateId">Its id.</param>
    /// <param name="message">Why.</param>
    /// <param name="cause">The recorded failure.</param>
    public UpdateFailed(string update, string updateId, string message, Exception? cause = null)
        : base($"Update '{update}' ({updateId}) failed: {message}", cause)
    {
        Update = update;
        UpdateId = updateId;
    }

    /// <summary>The update's name.</summary>
    public string Update { get; }

    /// <summary>The update's id.</summary>
    public string UpdateId { get; }
}
