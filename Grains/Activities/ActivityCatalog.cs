using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Workflows;

namespace Orchestration.Grains.Activities;

/// <summary>
/// The activities that a silo hosts, by name: the methods of the interfaces that the registered classes implement. An interface
/// counts if one of its methods returns a task; then all of them must. Interfaces of the platform (such as IAsyncDisposable)
/// never count. Immutable.
/// </summary>
internal sealed class ActivityCatalog
{
    private readonly FrozenDictionary<string, ActivityDefinition> _definitions;
    private readonly Func<string, ActivityDefinition?>? _instead;

    /// <summary>Registers activity classes.</summary>
    /// <param name="activityTypes">The classes.</param>
    /// <param name="registered">What the container can resolve by itself; a class found there is resolved, any other one is
    /// made.</param>
    /// <param name="instead">What takes the place of an activity, or adds one; null in a silo of its own.</param>
    /// <exception cref="InvalidRequest">A class hosts no activity or cannot be made, a method has a signature that cannot be
    /// called from a workflow, or two activities share a name.</exception>
    public ActivityCatalog(
        IEnumerable<Type> activityTypes, IServiceProviderIsService? registered = null,
        Func<string, ActivityDefinition?>? instead = null)
    {
        _instead = instead;
        var found = new Dictionary<string, ActivityDefinition>(StringComparer.Ordinal);
        foreach (var type in activityTypes.Distinct())
        {
            var owner = ActivityClass.Of(type, registered?.IsService(type) ?? false);
            var methods = type.GetInterfaces().Where(IsCandidate).SelectMany(static i =>
                i.GetMethods(BindingFlags.Public | BindingFlags.Instance)).ToArray();
            if (methods.Length == 0)
                throw new InvalidRequest(
                    $"{type} hosts no activity: let it implement an interface whose methods return Task or Task<T>.");
            foreach (var method in methods) Add(found, owner, method);
        }

        _definitions = found.ToFrozenDictionary(StringComparer.Ordinal);
        Names = [.. _definitions.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>The hosted activities' names, in order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Finds a hosted activity.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out ActivityDefinition? definition)
    {
        definition = _instead?.Invoke(name);
        return definition is not null || _definitions.TryGetValue(name, out definition);
    }

    private static bool IsCandidate(Type contract) =>
        !IsOfPlatform(contract.Namespace)
            && contract.GetMethods(BindingFlags.Public | BindingFlags.Instance).Any(ActivityInvokers.ReturnsTask);

    private static bool IsOfPlatform(string? space) =>
        space is not null && (space == "System" || space.StartsWith("System.", StringComparison.Ordinal)
            || space.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal));

    private static void Add(Dictionary<string, ActivityDefinition> found, ActivityClass owner, MethodInfo method)
    {
        if (ProblemOf(method) is { } problem)
            throw new InvalidRequest($"{method.DeclaringType}.{method.Name} cannot be an activity (of {owner.Type}): {problem}.");
        string name;
        try
        {
            name = ActivityNames.Of(method);
        }
        catch (InvalidIdentifier e)
        {
            throw new InvalidRequest($"{method.DeclaringType}.{method.Name} cannot be an activity (of {owner.Type}): {e.Message}",
                e);
        }

        if (found.TryGetValue(name, out var other))
        {
            throw new InvalidRequest(
                $"Two activities are named '{name}': {other.Method.DeclaringType}.{other.Method.Name} of {other.Owner.Type} and "
                + $"{method.DeclaringType}.{method.Name} of {owner.Type}. Give one an [Activity] name of its own.");
        }

        var takesToken = method.GetParameters().Any(static p => p.ParameterType == typeof(CancellationToken));
        found.Add(name, new ActivityDefinition(name, method, owner, takesToken, ActivityInvokers.Compile(method)));
    }

    private static string? ProblemOf(MethodInfo method)
    {
        if (method.IsGenericMethodDefinition) return "it is generic";
        if (!ActivityInvokers.ReturnsTask(
            method)) return $"it returns {method.ReturnType}, not Task, Task<T>, ValueTask or ValueTask<T>";
        foreach (var parameter in method.GetParameters())
        {
            var type = parameter.ParameterType;
            if (type.IsByRef) return $"its parameter '{parameter.Name}' is passed by reference";
            if (type.IsPointer || type.IsByRefLike) return $"its parameter '{parameter.Name}' of type {type} cannot be sent";
        }

        return null;
    }
}
