using System.Reflection;

namespace Orchestration.Workflows;

/// <summary>The one rule by which activities are named; callers and hosts use it alike.</summary>
internal static class ActivityNames
{
    public const int MaximumLength = 200;

    /// <summary>The name of the activity that an interface method declares; see <see cref="ActivityAttribute"/>.</summary>
    /// <exception cref="InvalidIdentifier">The name given by the attribute is not allowed.</exception>
    public static string Of(MethodInfo method)
    {
        if (method.GetCustomAttribute<ActivityAttribute>()?.Name is { } given) return Check(given);
        var holder = method.DeclaringType!.Name;
        var arity = holder.IndexOf('`', StringComparison.Ordinal);
        if (arity >= 0) holder = holder[..arity];
        if (holder.Length > 1 && holder[0] == 'I' && char.IsUpper(holder[1])) holder = holder[1..];
        var name = method.Name;
        if (name.Length > "Async".Length && name.EndsWith("Async", StringComparison.Ordinal)) name = name[..^"Async".Length];
        return Check($"{holder}.{name}");
    }

    /// <summary>Lets a fitting name pass.</summary>
    /// <exception cref="InvalidIdentifier">It is empty, too long, or has control characters.</exception>
    public static string Check(string? name) =>
        Identifiers.Problem(name, MaximumLength) is { } problem
            ? throw new InvalidIdentifier("activity name", name, problem) : name!;
}
