using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Orchestration.Analyzers.Payloads;

/// <summary>What is wrong with interfaces that declare activities; each is read once a compilation. Thread-safe.</summary>
internal sealed class ActivityInterfaces(KnownTypes known, PayloadTypes payloads)
{
    private readonly ConcurrentDictionary<INamedTypeSymbol, ImmutableArray<InterfaceProblem>> _known =
        new(SymbolEqualityComparer.Default);

    public PayloadTypes Payloads { get; } = payloads;

    public ImmutableArray<InterfaceProblem> ProblemsOf(INamedTypeSymbol type) =>
        _known.GetOrAdd(type, t => Find(t).ToImmutableArray());

    private IEnumerable<InterfaceProblem> Find(INamedTypeSymbol type)
    {
        if (type.TypeKind != TypeKind.Interface)
        {
            yield return Refused("activities are called through the interface that declares them");
            yield break;
        }

        var names = new Dictionary<string, IMethodSymbol>(StringComparer.Ordinal);
        foreach (var member in type.AllInterfaces.Insert(0, type).SelectMany(static i => i.GetMembers()))
        {
            if (member.IsStatic || member is INamedTypeSymbol) continue;
            if (member is not IMethodSymbol method)
            {
                yield return Refused($"'{member.Name}' is no method, and activities are methods that return Task or Task<T>");
                continue;
            }

            if (method.MethodKind != MethodKind.Ordinary) continue; // Told at its property or event.
            foreach (var problem in ProblemsOf(method)) yield return problem;
            var name = NameOf(method);
            if (names.TryGetValue(name, out var other))
                yield return Refused($"'{other.Name}' and '{method.Name}' both are the activity '{name}'; name one");
            else names.Add(name, method);
        }

        InterfaceProblem Refused(string why) => new(Rules.ActivityInterface, type.Name, why);
    }

    private IEnumerable<InterfaceProblem> ProblemsOf(IMethodSymbol method)
    {
        var holder = method.ContainingType.Name;
        if (method.IsGenericMethod)
            yield return new(Rules.ActivityInterface, holder,
                $"'{method.Name}' is generic, and its types must be known by its name");
        if (!known.IsTask(method.ReturnType))
            yield return new(Rules.ActivityInterface, holder, $"'{method.Name}' does not return Task or Task<T>");
        foreach (var parameter in method.Parameters)
        {
            if (parameter.RefKind != RefKind.None || parameter.Type.IsRefLikeType || parameter.Type.TypeKind == TypeKind.Pointer)
                yield return new(Rules.ActivityInterface, holder,
                    $"'{method.Name}' takes '{parameter.Name}' in a way that cannot be stored");
            else if (!KnownTypes.Same(parameter.Type, known.CancellationToken)
                && Payloads.ProblemOf(parameter.Type) is { } problem)
                yield return new(Rules.Unserializable, $"The argument '{parameter.Name}' of '{holder}.{method.Name}'", problem);
        }

        if (PayloadTypes.ResultOf(method, known) is { } result && Payloads.ProblemOf(result) is { } wrong)
            yield return new(Rules.Unserializable, $"The result of '{holder}.{method.Name}'", wrong);
    }

    /// <summary>As the engine names them: the interface without its I, and the method without Async.</summary>
    private static string NameOf(IMethodSymbol method)
    {
        const string suffix = "Async";
        if (KnownTypes.Attribute(method, "ActivityAttribute") is { ConstructorArguments: { IsEmpty: false } arguments }
            && arguments[0].Value is string given) return given;
        var holder = method.ContainingType.Name;
        if (holder.Length > 1 && holder[0] == 'I' && char.IsUpper(holder[1])) holder = holder.Substring(1);
        var name = method.Name;
        if (name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal))
            name = name.Substring(0, name.Length - suffix.Length);
        return $"{holder}.{name}";
    }
}

/// <summary>One thing that is wrong with an interface of activities.</summary>
internal readonly struct InterfaceProblem(DiagnosticDescriptor rule, string subject, string why)
{
    public DiagnosticDescriptor Rule { get; } = rule;

    public string Subject { get; } = subject;

    public string Why { get; } = why;
}
