using Orchestration.Workflows;

namespace Orchestration.Simulation.Workload;

/// <summary>
/// Takes what it is sent until it has enough or nothing comes any more, and ends: what comes then begins the next run of its id.
/// </summary>
[Workflow("visit")]
public sealed class Visit : Workflow<int, string[]>
{
    private readonly List<string> _entries = [];

    [Signal] public void Add(string entry) => _entries.Add(entry);

    /// <returns>The entry, which tells the answers of two updates apart.</returns>
    [Update]
    public string Put(string entry)
    {
        _entries.Add(entry);
        return entry;
    }

    public override async Task<string[]> RunAsync(int enough)
    {
        await Context.WhenAsync(() => _entries.Count >= enough, TimeSpan.FromSeconds(2));
        return [.. _entries];
    }
}
