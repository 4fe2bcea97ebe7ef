namespace Orchestration.Workflows;

/// <summary>A child of a known workflow class: its input and output follow from the class.</summary>
/// <typeparam name="TWorkflow">The workflow class.</typeparam>
public interface IChildWorkflow<out TWorkflow> : IChildWorkflow where TWorkflow : Workflow;
