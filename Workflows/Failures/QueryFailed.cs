namespace Orchestration.Workflows;

/// <summary>
/// A query has no answer: no query of that name or with such arguments exists (the message lists those that do), its code threw,
/// or it tried to change something. The run is not touched by it.
/// </summary>
public sealed class QueryFailed(string query, string message) : ApiFailure(message)
{
    /// <summary>The query's name.</summary>
    public string Query { get; } = query;
}
