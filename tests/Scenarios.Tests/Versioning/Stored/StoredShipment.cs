using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Versioning.Stored;

/// <summary>Ships one item a run; runs of its are stored as its first form wrote them.</summary>
[Workflow("stored-shipment")]
public sealed class StoredShipment : Workflow<int, string>
{
    public override async Task<string> RunAsync(int input)
    {
        await Context.Effects().DoAsync($"ship {input}");
        return input > 1 ? throw Context.ContinueAsNew(input - 1) : "shipped";
    }
}
