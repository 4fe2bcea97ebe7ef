namespace Orchestration.Workflows;

/// <summary>A start named a workflow type that no live silo hosts.</summary>
public sealed class UnknownWorkflowType(string workflowType, string hosted)
    : ApiFailure($"No live silo hosts the workflow type '{workflowType}'. Hosted: {hosted}. "
        + "Register it, or deploy a silo that hosts it.")
{
    /// <summary>The type that was named.</summary>
    public string WorkflowType { get; } = workflowType;
}
