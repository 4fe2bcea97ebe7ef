namespace Orchestration.Workflows;

/// <summary>The execution of a run's code, as interceptors see it.</summary>
public sealed record WorkflowExecution
{
    /// <summary>The run's context; its headers are <see cref="WorkflowContext.Headers"/>.</summary>
    public required WorkflowContext Context { get; init; }

    /// <summary>The decoded input.</summary>
    public object? Input { get; init; }
}
