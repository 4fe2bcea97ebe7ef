using System.Reflection;
using Orchestration.Runtime.Activations;
using Orleans.Runtime;

namespace Orchestration.Runtime.Persistence;

/// <summary>Makes the argument for a constructor parameter that asks for a piece of persistent state.</summary>
internal sealed class FacetFactory
{
    private readonly Func<Activation, string, string?, object> _create;
    private readonly PersistentStateAttribute _attribute;

    private FacetFactory(ParameterInfo parameter, PersistentStateAttribute attribute)
    {
        var type = parameter.ParameterType;
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(IPersistentState<>))
            throw new ArgumentException($"{parameter.Member.DeclaringType}: '{parameter.Name}' must be an IPersistentState.");
        ParameterType = type;
        _attribute = attribute;
        _create = typeof(PersistentStateFactory).GetMethod(nameof(PersistentStateFactory.Create))!
            .MakeGenericMethod(type.GetGenericArguments()).CreateDelegate<Func<Activation, string, string?, object>>();
    }

    public Type ParameterType { get; }

    /// <summary>The facets that a grain class's constructor asks for, in order.</summary>
    public static FacetFactory[] Of(Type grainClass) =>
        grainClass.GetConstructors()
            .Select(static constructor => constructor.GetParameters()
                .Select(static parameter =>
                    (Parameter: parameter, Attribute: parameter.GetCustomAttribute<PersistentStateAttribute>()))
                .Where(static found => found.Attribute is not null)
                .Select(static found => new FacetFactory(found.Parameter, found.Attribute!))
                .ToArray())
            .MaxBy(static facets => facets.Length) ?? [];

    public object Create(Activation activation) => _create(activation, _attribute.StateName, _attribute.StorageName);
}
