using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>
/// One instance of a known workflow class. Covariant, so that the extension methods of <see cref="WorkflowHandleExtensions"/>
/// know input and output from the class alone.
/// </summary>
/// <typeparam name="TWorkflow">The workflow class.</typeparam>
public interface IWorkflowHandle<out TWorkflow> : IWorkflowHandle where TWorkflow : Workflow;
