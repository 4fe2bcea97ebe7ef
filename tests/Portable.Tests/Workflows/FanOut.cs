using Orchestration.Workflows;

namespace Orchestration.Portable.Tests.Workflows;

/// <summary>Many activities at once; the result tells which silos ran them.</summary>
[Workflow("portable-fan-out")]
public sealed class FanOut : Workflow<int, string[]>
{
    public override async Task<string[]> RunAsync(int count)
    {
        var warehouse = Context.Activities<IWarehouse>(new() { StartToCloseTimeout = TimeSpan.FromSeconds(30) });
        return await WorkflowTasks.WhenAll(Enumerable.Range(0, count).Select(warehouse.WhereAsync));
    }
}
