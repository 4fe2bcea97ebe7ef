using Orchestration.Workflows;

namespace Orchestration.Portable.Tests.Workflows;

/// <summary>A child of its own kind, down to none.</summary>
[Workflow("portable-family")]
public sealed class Family : Workflow<int, int>
{
    public override async Task<int> RunAsync(int generations) =>
        generations == 0 ? 1 : 1 + await Context.Child<Family>($"{Context.WorkflowId}-child").ExecuteAsync(generations - 1);
}
