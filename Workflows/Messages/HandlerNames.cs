using System.Reflection;

namespace Orchestration.Workflows;

/// <summary>The one rule by which messages are named; senders and handlers use it alike.</summary>
internal static class HandlerNames
{
    public const int MaximumLength = 200;

    /// <summary>The signal that a method handles; null where it handles none.</summary>
    public static string? SignalOf(MethodInfo method) => method.GetCustomAttribute<SignalAttribute>() is { } given
        ? Check("signal name", given.Name ?? WithoutAsync(method.Name)) : null;

    /// <summary>The update that a method handles; null where it handles none.</summary>
    public static string? UpdateOf(MethodInfo method) => method.GetCustomAttribute<UpdateAttribute>() is { } given
        ? Check("update name", given.Name ?? WithoutAsync(method.Name)) : null;

    /// <summary>The query that a method or property answers; null where it answers none.</summary>
    public static string? QueryOf(MemberInfo member) => member.GetCustomAttribute<QueryAttribute>() is { } given
        ? Check("query name", given.Name ?? member.Name) : null;

    /// <summary>Lets a fitting name pass.</summary>
    /// <exception cref="InvalidIdentifier">It is empty, too long, or has control characters.</exception>
    public static string Check(string what, string? name) =>
        Identifiers.Problem(name, MaximumLength) is { } problem ? throw new InvalidIdentifier(what, name, problem) : name!;

    private static string WithoutAsync(string name) =>
        name.Length > "Async".Length && name.EndsWith("Async", StringComparison.Ordinal) ? name[..^"Async".Length] : name;
}
