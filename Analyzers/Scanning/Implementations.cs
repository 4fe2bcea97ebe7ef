using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Orchestration.Analyzers.Scanning;

/// <summary>
/// What a virtual call runs where only one thing can: the compilation has one implementation, and its receiver cannot be a proxy
/// for activities. Thread-safe.
/// </summary>
internal sealed class Implementations(Compilation compilation, KnownTypes known)
{
    private readonly ConcurrentDictionary<ISymbol, IMethodSymbol?> _only = new(SymbolEqualityComparer.Default);
    private readonly Lazy<ImmutableArray<INamedTypeSymbol>> _types = new(() => Types(compilation.Assembly.GlobalNamespace));

    /// <summary>The one implementation, or null where there is none or a choice.</summary>
    public IMethodSymbol? Of(IMethodSymbol method, ITypeSymbol? receiver)
    {
        var declared = method.OriginalDefinition;
        if (receiver is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct, IsSealed: true } type)
            return InType(type.OriginalDefinition, declared);
        return _only.GetOrAdd(declared, d => Only((IMethodSymbol)d));
    }

    private IMethodSymbol? Only(IMethodSymbol declared)
    {
        if (declared.ContainingType.TypeKind == TypeKind.Interface && known.MayBeActivities(declared.ContainingType)) return null;
        IMethodSymbol? only = null;
        foreach (var type in _types.Value)
        {
            if (type.IsAbstract || InType(type, declared) is not { } found || KnownTypes.Same(only, found)) continue;
            if (only is not null) return null;
            only = found;
        }

        return only;
    }

    private static IMethodSymbol? InType(INamedTypeSymbol type, IMethodSymbol declared)
    {
        if (declared.ContainingType.TypeKind == TypeKind.Interface) return InInterface(type, declared);
        var derives = false;
        for (var at = type; at is not null && !derives; at = at.BaseType)
            derives = KnownTypes.Same(at.OriginalDefinition, declared.ContainingType);
        if (!derives) return null;
        for (var at = type; at is not null; at = at.BaseType)
        {
            foreach (var member in at.GetMembers(declared.Name))
            {
                if (member is IMethodSymbol method && Overrides(method, declared)) return method.OriginalDefinition;
            }
        }

        return null;
    }

    private static IMethodSymbol? InInterface(INamedTypeSymbol type, IMethodSymbol declared)
    {
        foreach (var implemented in type.AllInterfaces)
        {
            if (!KnownTypes.Same(implemented.OriginalDefinition, declared.ContainingType)) continue;
            foreach (var member in implemented.GetMembers(declared.Name))
            {
                if (KnownTypes.Same(member.OriginalDefinition, declared))
                    return type.FindImplementationForInterfaceMember(member)?.OriginalDefinition as IMethodSymbol;
            }
        }

        return null;
    }

    private static bool Overrides(IMethodSymbol method, IMethodSymbol declared)
    {
        for (var at = method; at is not null; at = at.OverriddenMethod)
            if (KnownTypes.Same(at.OriginalDefinition, declared)) return true;
        return false;
    }

    private static ImmutableArray<INamedTypeSymbol> Types(INamespaceSymbol root)
    {
        var all = ImmutableArray.CreateBuilder<INamedTypeSymbol>();
        var open = new Stack<INamespaceOrTypeSymbol>();
        open.Push(root);
        while (open.Count > 0)
        {
            foreach (var member in open.Pop().GetMembers())
            {
                if (member is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct } type) all.Add(type);
                if (member is INamespaceOrTypeSymbol inner) open.Push(inner);
            }
        }

        return all.ToImmutable();
    }
}
