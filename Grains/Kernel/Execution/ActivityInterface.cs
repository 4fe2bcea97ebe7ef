using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Execution;

/// <summary>The activities that an interface declares, read once.</summary>
internal sealed class ActivityInterface
{
    private static readonly ConcurrentDictionary<Type, ActivityInterface> Known = new();

    private readonly FrozenDictionary<MethodInfo, ActivityMethod> _methods;

    private ActivityInterface(Type type)
    {
        if (!type.IsInterface) throw new InvalidRequest(
            $"{type} is no interface: activities are called through the interface that declares them.");
        if (type.ContainsGenericParameters) throw new InvalidRequest($"{type} has open type parameters.");
        var methods = new Dictionary<MethodInfo, ActivityMethod>();
        var names = new Dictionary<string, MethodInfo>(StringComparer.Ordinal);
        foreach (var method in type.GetInterfaces().Prepend(type).SelectMany(static i =>
            i.GetMethods()).Where(static m => !m.IsStatic))
        {
            if (method.IsSpecialName) throw new InvalidRequest(
                $"{type} declares {method.Name}: activity interfaces have methods only, no properties or events.");
            var known = ActivityMethod.Of(method);
            if (!names.TryAdd(known.Name, method))
                throw new InvalidRequest(
                    $"{type} declares the activity '{known.Name}' twice: give one of the methods an [Activity] name of its own.");
            methods.Add(method, known);
        }

        _methods = methods.ToFrozenDictionary();
    }

    /// <summary>Reads an interface.</summary>
    /// <exception cref="InvalidRequest">It cannot declare activities.</exception>
    public static ActivityInterface Of(Type type) => Known.GetOrAdd(type, static t => new ActivityInterface(t));

    public ActivityMethod Method(MethodInfo method) => _methods[method];
}
