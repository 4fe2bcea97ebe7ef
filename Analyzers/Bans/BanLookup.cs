using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Orchestration.Analyzers.Bans;

/// <summary>Finds the ban on a member, and remembers by type what there is to find. One a compilation; thread-safe.</summary>
internal sealed class BanLookup
{
    private readonly ConcurrentDictionary<ITypeSymbol, ImmutableArray<IReadOnlyDictionary<string, Ban>>> _types =
        new(SymbolEqualityComparer.Default);

    /// <summary>The ban on a method, a constructor or a property; null where it is free to use.</summary>
    public Ban? Of(ISymbol member)
    {
        if (member.ContainingType is not { } type) return null;
        foreach (var bans in _types.GetOrAdd(type.OriginalDefinition, Read))
        {
            if (bans.TryGetValue(member.Name, out var ban) || bans.TryGetValue(BanTable.Any, out ban))
                if (ban.Covers(member)) return ban;
        }

        return null;
    }

    /// <summary>The full name by which the table knows a type.</summary>
    public static string NameOf(ITypeSymbol type)
    {
        var name = type.MetadataName;
        for (var at = type.ContainingNamespace; at is { IsGlobalNamespace: false }; at = at.ContainingNamespace)
            name = at.Name + "." + name;
        return name;
    }

    private static ImmutableArray<IReadOnlyDictionary<string, Ban>> Read(ITypeSymbol type)
    {
        var all = ImmutableArray<IReadOnlyDictionary<string, Ban>>.Empty;
        for (var at = type; at is { ContainingType: null, SpecialType: not SpecialType.System_Object }; at = at.BaseType)
            if (BanTable.Of(NameOf(at.OriginalDefinition)) is { } bans) all = all.Add(bans);
        return all;
    }
}
