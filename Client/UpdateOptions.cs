namespace Orchestration.Client;

/// <summary>How an update is sent.</summary>
public sealed record UpdateOptions
{
    /// <summary>
    /// The update's id, 1 to 200 characters: a second update of that id gets the first one's outcome. Null is a new one, so that
    /// only the client's own repeats are known.
    /// </summary>
    public string? UpdateId { get; init; }
}
