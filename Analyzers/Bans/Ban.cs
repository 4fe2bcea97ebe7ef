using Microsoft.CodeAnalysis;

namespace Orchestration.Analyzers.Bans;

/// <summary>What must not be used in workflow code, and what to use instead.</summary>
internal sealed class Ban(DiagnosticDescriptor rule, string remedy, string? fix = null, Func<IMethodSymbol, bool>? when = null)
{
    public DiagnosticDescriptor Rule { get; } = rule;

    public string Remedy { get; } = remedy;

    /// <summary>The code fix that applies; see <see cref="Fixes"/>.</summary>
    public string? Fix { get; } = fix;

    /// <summary>Whether it is meant for this overload.</summary>
    public bool Covers(ISymbol member) => when is null || member is not IMethodSymbol method || when(method);
}
