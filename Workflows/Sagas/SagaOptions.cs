namespace Orchestration.Workflows;

/// <summary>How a saga undoes what it did.</summary>
public sealed record SagaOptions
{
    /// <summary>In reverse order, one after the other.</summary>
    public static SagaOptions Default { get; } = new();

    /// <summary>Whether compensations are carried out all at once, and not one after the other in reverse order.</summary>
    public bool CompensatesInParallel { get; init; }
}
