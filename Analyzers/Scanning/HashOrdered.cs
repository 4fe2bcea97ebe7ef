using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Orchestration.Analyzers.Bans;

namespace Orchestration.Analyzers.Scanning;

/// <summary>
/// Collections that are enumerated by hash code. Dictionary and HashSet are none: they go by the order of what was done to them,
/// which is the same on replay.
/// </summary>
internal static class HashOrdered
{
    private static readonly HashSet<string> Types = new(StringComparer.Ordinal)
    {
        "System.Collections.Concurrent.ConcurrentDictionary`2", "System.Collections.Immutable.ImmutableDictionary`2",
        "System.Collections.Immutable.ImmutableHashSet`1", "System.Collections.Frozen.FrozenDictionary`2",
        "System.Collections.Frozen.FrozenSet`1",
    };

    private static readonly HashSet<string> StableKeys = new(StringComparer.Ordinal)
    {
        "System.Guid", "System.DateTime", "System.DateTimeOffset", "System.DateOnly", "System.TimeOnly", "System.TimeSpan",
    };

    private static readonly HashSet<string> OrderMattersNot = new(StringComparer.Ordinal)
    {
        "All", "Any", "Average", "Contains", "Count", "LongCount", "Max", "Min", "Order", "OrderBy", "OrderByDescending",
        "OrderDescending", "Sum", "ToDictionary", "ToHashSet", "TryGetNonEnumeratedCount",
    };

    /// <summary>The name of such a collection; null for anything else.</summary>
    public static string? Find(IOperation collection)
    {
        var type = collection is IPropertyReferenceOperation { Property.Name: "Keys" or "Values", Instance: { } holder }
            ? holder.Type : collection.Type;
        if (type is not INamedTypeSymbol { TypeArguments: { IsEmpty: false } arguments } named) return null;
        return Types.Contains(BanLookup.NameOf(named.OriginalDefinition)) && !HasStableHash(arguments[0], 0) ? named.Name : null;
    }

    /// <summary>Whether a chain of LINQ calls that begins here sorts its items or does not care.</summary>
    public static bool EndsInOrder(IOperation call)
    {
        for (var at = call; at is IInvocationOperation { TargetMethod: { ContainingType.Name: "Enumerable" } method };)
        {
            if (OrderMattersNot.Contains(method.Name)) return true;
            at = at.Parent;
            while (at is IConversionOperation { IsImplicit: true } or IArgumentOperation { Parameter.Ordinal: 0 }) at = at.Parent;
        }

        return false;
    }

    private static bool HasStableHash(ITypeSymbol key, int depth)
    {
        if (depth > 3) return false;
        if (key.TypeKind == TypeKind.Enum) return true;
        if (key.SpecialType is >= SpecialType.System_Boolean and <= SpecialType.System_Double) return true;
        if (StableKeys.Contains(BanLookup.NameOf(key))) return true;
        return key.IsRecord && key.GetMembers().OfType<IFieldSymbol>().All(f => f.IsStatic || HasStableHash(f.Type, depth + 1));
    }
}
