using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Orchestration.Analyzers.Scanning;

/// <summary>What one piece of code (a method's body, an initializer) does itself, without what it calls.</summary>
internal sealed class MethodSummary(
    ImmutableArray<Culprit> culprits, ImmutableArray<Call> calls, ImmutableArray<Change> changes)
{
    public static readonly MethodSummary Empty = new(
        ImmutableArray<Culprit>.Empty, ImmutableArray<Call>.Empty, ImmutableArray<Change>.Empty);

    /// <summary>Uses of what workflow code must not use.</summary>
    public ImmutableArray<Culprit> Culprits { get; } = culprits;

    /// <summary>Code of the same compilation that it may run.</summary>
    public ImmutableArray<Call> Calls { get; } = calls;

    /// <summary>Changes of its own object's state, and commands to the engine.</summary>
    public ImmutableArray<Change> Changes { get; } = changes;
}

/// <summary>One use of what workflow code must not use.</summary>
internal sealed class Culprit(DiagnosticDescriptor rule, string name, string remedy, string? fix, Location place)
{
    public DiagnosticDescriptor Rule { get; } = rule;

    /// <summary>As the reader knows it: <c>DateTime.UtcNow</c>.</summary>
    public string Name { get; } = name;

    public string Remedy { get; } = remedy;

    public string? Fix { get; } = fix;

    public Location Place { get; } = place;
}

/// <summary>A way from one piece of code to another.</summary>
internal readonly struct Call(ISymbol target, bool isVirtual, ITypeSymbol? receiver, Location place)
{
    public ISymbol Target { get; } = target;

    /// <summary>Whether the receiver decides which code it is.</summary>
    public bool IsVirtual { get; } = isVirtual;

    /// <summary>The receiver's type as the code has it.</summary>
    public ITypeSymbol? Receiver { get; } = receiver;

    public Location Place { get; } = place;
}

/// <summary>A change of the object's state, or a command to the engine: what queries and validators must not do.</summary>
internal readonly struct Change(string what, Location place)
{
    /// <summary>As the subject of a sentence.</summary>
    public string What { get; } = what;

    public Location Place { get; } = place;
}
