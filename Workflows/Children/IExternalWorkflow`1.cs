namespace Orchestration.Workflows;

/// <summary>Another workflow of a known class: its signals follow from the class.</summary>
/// <typeparam name="TWorkflow">The workflow class.</typeparam>
public interface IExternalWorkflow<out TWorkflow> : IExternalWorkflow where TWorkflow : Workflow;
