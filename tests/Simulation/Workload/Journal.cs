namespace Orchestration.Simulation.Workload;

/// <summary>What the world saw of activities. Used by one thread.</summary>
public sealed class Journal
{
    private readonly Dictionary<string, int> _once = new(StringComparer.Ordinal);

    /// <summary>How many attempts were begun.</summary>
    public int Begun { get; private set; }

    /// <summary>How often each activity ran that must run once at most.</summary>
    public IReadOnlyDictionary<string, int> OnceRuns => _once;

    internal void Begin(string owner, int number, int attempt) => Begun++;

    internal void Once(string owner) => _once[owner] = _once.GetValueOrDefault(owner) + 1;
}
