using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Orchestration.Analyzers.Scanning;

namespace Orchestration.Analyzers;

/// <summary>A query or a validator: neither it nor what it calls of its own class may change the workflow.</summary>
internal sealed class ReadOnlyCode(IMethodSymbol method, string kind, CallGraph graph, SymbolAnalysisContext context)
{
    private readonly HashSet<ISymbol> _seen = new(SymbolEqualityComparer.Default) { method };

    /// <summary>What it is that has to leave things as they are; null for other methods.</summary>
    public static string? KindOf(IMethodSymbol method)
    {
        foreach (var symbol in new ISymbol?[] { method, method.AssociatedSymbol })
        {
            if (symbol is null) continue;
            if (KnownTypes.Attribute(symbol, "QueryAttribute") is not null) return "query";
            if (KnownTypes.Attribute(symbol, "UpdateValidatorAttribute") is not null) return "validator";
        }

        return null;
    }

    public void Analyze()
    {
        var summary = graph.Summary(method, context.CancellationToken);
        foreach (var change in summary.Changes) Report(change.Place, change.What);
        foreach (var call in summary.Calls)
        {
            if (OwnTarget(call) is { } target && FirstChange(target) is { } change)
                Report(call.Place, $"{change.What.Replace(" here", "")} by way of {Sites.Name(target)}");
        }
    }

    private Change? FirstChange(ISymbol code)
    {
        var summary = graph.Summary(code, context.CancellationToken);
        foreach (var change in summary.Changes) return change;
        foreach (var call in summary.Calls)
            if (OwnTarget(call) is { } target && FirstChange(target) is { } change) return change;
        return null;
    }

    /// <summary>Only members of the same class change what the query is about.</summary>
    private ISymbol? OwnTarget(Call call) =>
        graph.Target(call) is { IsStatic: false } target and not IMethodSymbol { MethodKind: MethodKind.Constructor }
            && KnownTypes.Same(target.ContainingType, method.ContainingType) && _seen.Add(target)
            ? target : null;

    private void Report(Location place, string what) =>
        context.ReportDiagnostic(Diagnostic.Create(Rules.ReadOnlyCode, place, what, kind));
}
