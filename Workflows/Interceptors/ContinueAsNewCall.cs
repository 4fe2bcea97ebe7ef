namespace Orchestration.Workflows;

/// <summary>How workflow code continues as new, as interceptors see it.</summary>
public sealed record ContinueAsNewCall
{
    /// <summary>The run's context.</summary>
    public required WorkflowContext Context { get; init; }

    /// <summary>The next run's workflow type.</summary>
    public required string WorkflowType { get; init; }

    /// <summary>Its encoded input.</summary>
    public required Payload Input { get; init; }
}
