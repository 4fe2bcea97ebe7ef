using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Orchestration.Analyzers.Bans;

namespace Orchestration.Analyzers.Payloads;

/// <summary>
/// Which types System.Text.Json, with the options that the engine uses, cannot write and read back. It says nothing of types of
/// other assemblies but of those that are known to fail: what their authors made of them is not seen. Thread-safe.
/// </summary>
internal sealed class PayloadTypes(KnownTypes known)
{
    private static readonly HashSet<string> Collections = new(StringComparer.Ordinal)
    {
        "System.Collections.IEnumerable", "System.Collections.ICollection", "System.Collections.IList",
        "System.Collections.IDictionary", "System.Collections.Generic.IEnumerable`1", "System.Collections.Generic.ICollection`1",
        "System.Collections.Generic.IList`1", "System.Collections.Generic.IReadOnlyCollection`1",
        "System.Collections.Generic.IReadOnlyList`1", "System.Collections.Generic.ISet`1",
        "System.Collections.Generic.IReadOnlySet`1", "System.Collections.Generic.IDictionary`2",
        "System.Collections.Generic.IReadOnlyDictionary`2", "System.Collections.Immutable.IImmutableList`1",
        "System.Collections.Immutable.IImmutableSet`1", "System.Collections.Immutable.IImmutableDictionary`2",
        "System.Collections.Immutable.IImmutableStack`1", "System.Collections.Immutable.IImmutableQueue`1",
    };

    /// <summary>Types of .NET that fail, with those derived from them.</summary>
    private static readonly Dictionary<string, string> Failing = new(StringComparer.Ordinal)
    {
        ["System.IO.Stream"] = "is a stream; pass the bytes, or where they are",
        ["System.IO.TextReader"] = "is a stream; pass the text, or where it is",
        ["System.IO.TextWriter"] = "is a stream; pass the text, or where it is",
        ["System.Threading.Tasks.Task"] = "is a task; await it and pass its result",
        ["System.Threading.Tasks.ValueTask"] = "is a task; await it and pass its result",
        ["System.Threading.Tasks.ValueTask`1"] = "is a task; await it and pass its result",
        ["System.Threading.CancellationToken"] = "is a cancellation token, which only methods of activity interfaces may take",
        ["System.Threading.CancellationTokenSource"] = "is about the running process only",
        ["System.Exception"] = "is an exception; pass what it says",
        ["System.Reflection.MemberInfo"] = "names code, which JSON refuses to carry; pass a name",
        ["System.Reflection.Assembly"] = "names code, which JSON refuses to carry; pass a name",
        ["System.IntPtr"] = "is an address in the running process",
        ["System.UIntPtr"] = "is an address in the running process",
        ["System.Threading.WaitHandle"] = "is about the running process only",
        ["System.Collections.Generic.IAsyncEnumerable`1"] = "is a stream; pass a list",
        ["System.IServiceProvider"] = "is about the running process only; activities get their services injected",
        ["Orchestration.Workflows.Workflow"] = "is a running workflow",
        ["Orchestration.Workflows.WorkflowContext"] = "belongs to a running workflow",
    };

    private static readonly SymbolDisplayFormat WithoutNullability = SymbolDisplayFormat.MinimallyQualifiedFormat
        .RemoveMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private readonly ConcurrentDictionary<ITypeSymbol, string?> _known = new(SymbolEqualityComparer.Default);

    /// <summary>Why a value of the type cannot be carried; null where it can, or where that cannot be said.</summary>
    public string? ProblemOf(ITypeSymbol type) => _known.GetOrAdd(type, t =>
        Find(t, new HashSet<ITypeSymbol>(SymbolEqualityComparer.Default)));

    /// <summary>What a method ends with: its return type, or what its task brings; null for nothing.</summary>
    public static ITypeSymbol? ResultOf(IMethodSymbol method, KnownTypes known) =>
        method.ReturnsVoid || KnownTypes.Same(method.ReturnType, known.Task) || method.ReturnType.Name == "ValueTask" ? null
        : KnownTypes.Same(method.ReturnType.OriginalDefinition, known.TaskOfT)
            ? ((INamedTypeSymbol)method.ReturnType).TypeArguments[0]
        : method.ReturnType;

    /// <param name="type">What to look at.</param>
    /// <param name="seen">The types that have been looked at on behalf of the same value: data may be recursive.</param>
    private string? Find(ITypeSymbol type, HashSet<ITypeSymbol> seen)
    {
        if (!seen.Add(type)) return null;
        switch (type)
        {
            case ITypeParameterSymbol or IDynamicTypeSymbol or IErrorTypeSymbol:
                return null;
            case IArrayTypeSymbol { Rank: > 1 }:
                return $"{Shown(type)} has several dimensions; use arrays of arrays";
            case IArrayTypeSymbol array:
                return Find(array.ElementType, seen);
            case IPointerTypeSymbol or IFunctionPointerTypeSymbol:
                return $"{Shown(type)} is an address in the running process";
            case { TypeKind: TypeKind.Delegate }:
                return $"{Shown(type)} is a delegate, which is code and no data";
            case { IsRefLikeType: true }:
                return $"{Shown(type)} lives on the stack only";
        }

        if (HasConverter(type)) return null;
        for (var at = type; at is not null; at = at.BaseType)
            if (Failing.TryGetValue(BanLookup.NameOf(at.OriginalDefinition), out var why)) return $"{Shown(type)} {why}";
        if (type.IsTupleType) return $"{Shown(type)} is a tuple, whose items JSON leaves out without a word; use a record";
        if (type is not INamedTypeSymbol named) return null;
        foreach (var argument in named.TypeArguments)
            if (Find(argument, seen) is { } problem) return problem;
        return named.TypeKind == TypeKind.Interface ? OfInterface(named) : IsHere(named) ? OfClass(named, seen) : null;
    }

    private static string? OfInterface(INamedTypeSymbol type) =>
        Collections.Contains(BanLookup.NameOf(type.OriginalDefinition)) || IsPolymorphic(type) ? null
            : $"{Shown(type)} is an interface, which cannot be read back; use a class, or name its kinds by [JsonDerivedType]";

    private string? OfClass(INamedTypeSymbol type, HashSet<ITypeSymbol> seen)
    {
        if (type.TypeKind is not (TypeKind.Class or TypeKind.Struct)) return null;
        // Collections of the application's own follow rules of their own.
        if (type.AllInterfaces.Any(static i => i.SpecialType == SpecialType.System_Collections_IEnumerable)) return null;
        if (type.IsAbstract) return IsPolymorphic(type) ? null
            : $"{Shown(type)} is abstract and cannot be read back; name its kinds by [JsonDerivedType]";
        var members = Members(type).ToList();
        if (ProblemOfConstructor(type, members) is { } problem) return problem;
        if (members.Count == 0 && PublicFields(type).FirstOrDefault() is { } field)
            return $"{Shown(type)} has fields such as '{field.Name}', which JSON leaves out without a word; make them properties";
        foreach (var member in members)
        {
            if (member is not IPropertySymbol property || HasConverter(property)) continue;
            if (Find(property.Type, seen) is { } wrong) return $"{Shown(type)}.{property.Name}: {wrong}";
        }

        return null;
    }

    private static string? ProblemOfConstructor(INamedTypeSymbol type, List<ISymbol> members)
    {
        var all = type.InstanceConstructors;
        var chosen = all.FirstOrDefault(static c => HasAttribute(c, "JsonConstructorAttribute"));
        if (chosen is null)
        {
            if (type.IsValueType) return null; // Made as it is, and then set.
            var open = all.Where(c => c.DeclaredAccessibility == Accessibility.Public && !IsCopy(c, type)).ToList();
            if (open.Any(static c => c.Parameters.IsEmpty)) return null;
            if (open.Count != 1)
            {
                return open.Count == 0
                    ? $"{Shown(type)} has no public constructor, so it cannot be read back"
                    : $"{Shown(type)} has several public constructors, so it cannot be read back; mark one by [JsonConstructor]";
            }

            chosen = open[0];
        }

        var unbound = chosen.Parameters.FirstOrDefault(p =>
            !HasProperty(type, p.Name) && !members.Any(m => SameName(m.Name, p.Name)));
        return unbound is null ? null
            : $"{Shown(type)} cannot be read back: the parameter '{unbound.Name}' of its constructor has no public property of "
                + "that name";
    }

    private static bool HasProperty(INamedTypeSymbol type, string name)
    {
        for (var at = type; at is not null; at = at.BaseType)
        {
            foreach (var member in at.GetMembers())
            {
                if (member is IPropertySymbol { IsStatic: false, DeclaredAccessibility: Accessibility.Public }
                    && SameName(member.Name, name)) return true;
            }
        }

        return false;
    }

    private static bool SameName(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>The properties that are written, those of base classes included, and fields that are included on
    /// purpose.</summary>
    private static IEnumerable<ISymbol> Members(INamedTypeSymbol type)
    {
        for (var at = type; at is not null; at = at.BaseType)
        {
            foreach (var member in at.GetMembers())
            {
                if (member.IsStatic || HasAttribute(member, "JsonIgnoreAttribute")) continue;
                var included = HasAttribute(member, "JsonIncludeAttribute");
                if (member is IPropertySymbol { IsIndexer: false, GetMethod: not null } property
                    && (included || property.DeclaredAccessibility == Accessibility.Public)) yield return property;
                if (member is IFieldSymbol && included) yield return member;
            }
        }
    }

    private static IEnumerable<IFieldSymbol> PublicFields(INamedTypeSymbol type) => type.GetMembers().OfType<IFieldSymbol>()
        .Where(static f => f is { IsStatic: false, IsConst: false, DeclaredAccessibility: Accessibility.Public });

    private bool IsHere(INamedTypeSymbol type) => type.Locations.Any(static l => l.IsInSource)
        && !KnownTypes.Same(type.ContainingAssembly, known.Workflow.ContainingAssembly);

    private static bool IsCopy(IMethodSymbol constructor, INamedTypeSymbol type) =>
        constructor.Parameters.Length == 1 && KnownTypes.Same(constructor.Parameters[0].Type, type);

    private static bool HasConverter(ISymbol symbol) => HasAttribute(symbol, "JsonConverterAttribute");

    private static bool IsPolymorphic(ISymbol symbol) =>
        HasAttribute(symbol, "JsonDerivedTypeAttribute") || HasAttribute(symbol, "JsonPolymorphicAttribute");

    private static bool HasAttribute(ISymbol symbol, string name) => symbol.GetAttributes().Any(a =>
        a.AttributeClass is { ContainingNamespace.Name: "Serialization" } type
            && (type.Name == name || type.BaseType?.Name == name));

    private static string Shown(ITypeSymbol type) => type.ToDisplayString(WithoutNullability);
}
