using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Execution;

/// <summary>Another workflow as workflow code sees it.</summary>
internal sealed class ExternalWorkflow<TWorkflow>(WorkflowRun run, RunContext context, WorkflowKey key, RunId? runId)
    : IExternalWorkflow<TWorkflow> where TWorkflow : Workflow
{
    public WorkflowKey Key => key;

    public RunId? RunId => runId;

    public Task SignalAsync(string signal, params IReadOnlyList<object?> arguments) =>
        run.MayCommand() ? context.Signal(key, runId, signal, arguments) : new TaskCompletionSource().Task;

    public Task CancelAsync(string? reason = null) =>
        run.MayCommand() ? context.CancelOther(key, runId, reason) : new TaskCompletionSource().Task;
}
