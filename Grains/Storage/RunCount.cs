using Orchestration.Workflows;

namespace Orchestration.Grains.Storage;

/// <summary>How many runs of a type have a status.</summary>
/// <param name="WorkflowType">The workflow type.</param>
/// <param name="Status">The status.</param>
/// <param name="Count">How many; never zero.</param>
public readonly record struct RunCount(string WorkflowType, WorkflowStatus Status, long Count);
