using Orchestration.Workflows;

namespace Orchestration.Portable.Tests.Workflows;

/// <summary>An activity that ends only when it is told to, or when its silo goes.</summary>
[Workflow("portable-hanging")]
public sealed class Hanging : Workflow<string, string>
{
    public override async Task<string> RunAsync(string name)
    {
        var warehouse = Context.Activities<IWarehouse>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(5) });
        await warehouse.WaitForeverAsync(name);
        return name;
    }
}
