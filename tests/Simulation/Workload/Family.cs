using Orchestration.Workflows;

namespace Orchestration.Simulation.Workload;

/// <param name="Id">Its own id.</param>
/// <param name="Children">How many children.</param>
public sealed record FamilyInput(string Id, int Children);

/// <summary>A parent and its children.</summary>
[Workflow("family")]
public sealed class Family : Workflow<FamilyInput, string>
{
    public override async Task<string> RunAsync(FamilyInput input)
    {
        var children = Enumerable.Range(0, input.Children).Select(i => ChildOf(input, i))
            .Select(c => Context.Child<Chain>(c.Id).ExecuteAsync(c)).ToArray();
        return string.Join('|', await Task.WhenAll(children));
    }

    public static string Expected(FamilyInput input) =>
        string.Join('|', Enumerable.Range(0, input.Children).Select(i => Chain.Expected(ChildOf(input, i))));

    private static ChainInput ChildOf(FamilyInput input, int child) => new($"{input.Id}-{child}", 1, child % 2, 0);
}
