using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Orchestration.Analyzers.Bans;

namespace Orchestration.Analyzers.Scanning;

/// <summary>
/// Which culprits a call leads to, through code of the same compilation. What was read once is remembered for all workflows of
/// the compilation; thread-safe.
/// </summary>
internal sealed class CallGraph(Compilation compilation, KnownTypes known)
{
    /// <summary>Enough for any real code; keeps a compilation of generated giants within bounds.</summary>
    private const int MostVisited = 10_000;

    private readonly BanLookup _bans = new();
    private readonly Implementations _implementations = new(compilation, known);

    private readonly ConcurrentDictionary<ISymbol, MethodSummary> _summaries = new(SymbolEqualityComparer.Default);

    private readonly ConcurrentDictionary<ISymbol, ImmutableArray<Reached>> _reached = new(SymbolEqualityComparer.Default);

    /// <summary>What a piece of code does itself.</summary>
    public MethodSummary Summary(ISymbol code, CancellationToken cancellationToken)
    {
        if (_summaries.TryGetValue(code, out var summary)) return summary;
        summary = MethodScanner.Scan(code, compilation, known, _bans, cancellationToken);
        return _summaries.GetOrAdd(code, summary);
    }

    /// <summary>The code that a call runs; null where that is not known, is allowed, or is another workflow's own
    /// business.</summary>
    public ISymbol? Target(Call call)
    {
        if (KnownTypes.IsAllowed(call.Target)) return null;
        var target = call.IsVirtual && call.Target is IMethodSymbol method
            ? _implementations.Of(method, call.Receiver)
            : call.Target;
        return target is null || (!KnownTypes.Same(target, call.Target) && KnownTypes.IsAllowed(target)) ? null : target;
    }

    /// <summary>Every culprit that code leads to, itself included, by the shortest way; each API once.</summary>
    public ImmutableArray<Reached> Reach(ISymbol code, CancellationToken cancellationToken)
    {
        if (_reached.TryGetValue(code, out var reached)) return reached;
        return _reached.GetOrAdd(code, Search(code, cancellationToken));
    }

    private ImmutableArray<Reached> Search(ISymbol start, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<Reached>();
        var apis = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default) { start };
        var visited = new List<(ISymbol Code, int From)> { (start, -1) };
        for (var i = 0; i < visited.Count && i < MostVisited; i++)
        {
            var summary = Summary(visited[i].Code, cancellationToken);
            foreach (var culprit in summary.Culprits)
                if (apis.Add(culprit.Rule.Id + culprit.Name)) found.Add(new(culprit, Way(visited, i)));
            foreach (var call in summary.Calls)
                if (Target(call) is { } next && !IsWorkflowsOwn(next) && seen.Add(next)) visited.Add((next, i));
        }

        return found.ToImmutable();
    }

    /// <summary>Instance members of workflow classes are looked at where they stand.</summary>
    public bool IsWorkflowsOwn(ISymbol code) => !code.IsStatic && known.IsWorkflow(code.ContainingType);

    private static string Way(List<(ISymbol Code, int From)> visited, int last)
    {
        var steps = new List<string>();
        for (var at = last; at >= 0; at = visited[at].From) steps.Add(Sites.Name(visited[at].Code));
        steps.Reverse();
        return string.Join(" > ", steps);
    }
}

/// <summary>A culprit and the way to it.</summary>
internal readonly struct Reached(Culprit culprit, string way)
{
    public Culprit Culprit { get; } = culprit;

    /// <summary>The code on the way: <c>Pricing.Total > Clock.Now</c>.</summary>
    public string Way { get; } = way;
}
