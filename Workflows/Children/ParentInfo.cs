namespace Orchestration.Workflows;

/// <summary>The run that started a child.</summary>
/// <param name="Key">Its instance.</param>
/// <param name="RunId">The run.</param>
public sealed record ParentInfo(WorkflowKey Key, RunId RunId);
