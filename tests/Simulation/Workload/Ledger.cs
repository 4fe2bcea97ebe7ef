using Orchestration.Workflows;

namespace Orchestration.Simulation.Workload;

/// <param name="PerRun">How many entries a run takes before it continues as new.</param>
/// <param name="Seen">What earlier runs took.</param>
public sealed record LedgerInput(int PerRun, string[] Seen);

/// <summary>A list that clients and workflows add to; its result is the order in which it took what it was sent.</summary>
[Workflow("ledger")]
public sealed class Ledger : Workflow<LedgerInput, string[]>
{
    private readonly List<string> _new = [];
    private string[] _seen = [];
    private bool _isFinished;

    [Query] public string[] Read() => [.. _seen, .. _new];

    [Signal] public void Add(string entry) => _new.Add(entry);

    /// <returns>The entry's place, from 1.</returns>
    [Update]
    public int Put(string entry)
    {
        _new.Add(entry);
        return _seen.Length + _new.Count;
    }

    /// <returns>How many entries there are in the end.</returns>
    [Update]
    public int Finish()
    {
        _isFinished = true;
        return _seen.Length + _new.Count;
    }

    public override async Task<string[]> RunAsync(LedgerInput input)
    {
        _seen = input.Seen;
        await Context.WhenAsync(() => _isFinished || _new.Count >= input.PerRun);
        return _isFinished ? Read() : throw Context.ContinueAsNew(input with { Seen = Read() });
    }
}
