using Orchestration.Workflows;

namespace Orchestration.Simulation.Workload;

/// <param name="Ledger">Whom it signals.</param>
/// <param name="Entries">How many entries it sends, all at once.</param>
public sealed record RelayInput(string Ledger, int Entries);

/// <summary>A workflow that adds to a ledger.</summary>
[Workflow("relay")]
public sealed class Relay : Workflow<RelayInput, int>
{
    public override async Task<int> RunAsync(RelayInput input)
    {
        var ledger = Context.GetExternalWorkflow(input.Ledger);
        await Task.WhenAll([.. Enumerable.Range(0, input.Entries).Select(i => ledger.SignalAsync("Add", Entry(i)))]);
        return input.Entries;
    }

    public static string Entry(int number) => $"relay:{number}";
}
