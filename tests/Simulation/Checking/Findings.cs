namespace Orchestration.Simulation.Checking;

/// <summary>What a checker found wrong in a world.</summary>
internal sealed class Findings
{
    private readonly List<string> _all = [];

    public IReadOnlyList<string> All => _all;

    public void Add(string finding)
    {
        if (_all.Count < 50) _all.Add(finding);
    }

    public void Require(bool holds, string otherwise)
    {
        if (!holds) Add(otherwise);
    }
}
