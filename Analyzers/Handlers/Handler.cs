using Microsoft.CodeAnalysis;

namespace Orchestration.Analyzers.Handlers;

/// <summary>A member of a workflow class that takes a message, and under which name.</summary>
internal sealed class Handler(ISymbol member, HandlerKind kind, string name, bool catchesAll)
{
    public ISymbol Member { get; } = member;

    public HandlerKind Kind { get; } = kind;

    /// <summary>The message's name; for a validator, the update's.</summary>
    public string Name { get; } = name;

    /// <summary>Whether it takes what no other handler takes.</summary>
    public bool CatchesAll { get; } = catchesAll;

    public Location Place => Member.Locations[0];

    /// <summary>The handlers that a member is; none for most, and hardly ever more than one.</summary>
    public static IEnumerable<Handler> Of(ISymbol member)
    {
        if (member is not (IMethodSymbol or IPropertySymbol)) yield break;
        foreach (var attribute in member.GetAttributes())
        {
            if (KindOf(attribute) is not { } kind) continue;
            var given = attribute.ConstructorArguments.Length > 0 ? attribute.ConstructorArguments[0].Value as string : null;
            var catchesAll = attribute.NamedArguments.Any(static a => a.Key == "CatchAll" && a.Value.Value is true);
            yield return new(member, kind, given ?? DefaultName(member, kind), catchesAll);
        }
    }

    private static HandlerKind? KindOf(AttributeData attribute)
    {
        if (KnownTypes.IsAttribute(attribute, "SignalAttribute")) return HandlerKind.Signal;
        if (KnownTypes.IsAttribute(attribute, "QueryAttribute")) return HandlerKind.Query;
        if (KnownTypes.IsAttribute(attribute, "UpdateAttribute")) return HandlerKind.Update;
        return KnownTypes.IsAttribute(attribute, "UpdateValidatorAttribute") ? HandlerKind.Validator : null;
    }

    private static string DefaultName(ISymbol member, HandlerKind kind)
    {
        const string suffix = "Async";
        return kind != HandlerKind.Query && member.Name.Length > suffix.Length
            && member.Name.EndsWith(suffix, StringComparison.Ordinal)
            ? member.Name.Substring(0, member.Name.Length - suffix.Length)
            : member.Name;
    }
}
