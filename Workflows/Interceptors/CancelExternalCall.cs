namespace Orchestration.Workflows;

/// <summary>A cancellation that workflow code asks of another workflow, as interceptors see it.</summary>
public sealed record CancelExternalCall
{
    /// <summary>The run's context.</summary>
    public required WorkflowContext Context { get; init; }

    /// <summary>The receiver.</summary>
    public required WorkflowKey Key { get; init; }

    /// <summary>The run that is meant; null: the latest one.</summary>
    public RunId? RunId { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }
}
