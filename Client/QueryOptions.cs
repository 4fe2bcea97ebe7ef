namespace Orchestration.Client;

/// <summary>How a query is asked.</summary>
public sealed record QueryOptions
{
    /// <summary>
    /// Whether the store is asked first whether the answering silo knows all that is durable. Without it an answer may be as old
    /// as the cluster takes to notice that a silo is gone.
    /// </summary>
    public bool Consistent { get; init; }
}
