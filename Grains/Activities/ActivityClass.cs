using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Workflows;

namespace Orchestration.Grains.Activities;

/// <summary>A hosted class of activities, and how an instance of it is made for an attempt.</summary>
internal sealed class ActivityClass
{
    private readonly ObjectFactory? _create;

    private ActivityClass(Type type, ObjectFactory? create, bool needsScope)
    {
        Type = type;
        _create = create;
        NeedsScope = needsScope;
    }

    /// <summary>The class.</summary>
    public Type Type { get; }

    /// <summary>
    /// Whether an instance takes anything from a scope: false for a class without dependencies, which is spared the scope.
    /// </summary>
    public bool NeedsScope { get; }

    /// <summary>Reads a class.</summary>
    /// <param name="type">The class.</param>
    /// <param name="isRegistered">Whether the container has a registration of its own for it, which is then used.</param>
    /// <exception cref="InvalidRequest">It cannot be made.</exception>
    public static ActivityClass Of(Type type, bool isRegistered)
    {
        if (!type.IsClass || type.IsAbstract || type.ContainsGenericParameters)
            throw new InvalidRequest($"{type} is no concrete class, so it cannot host activities.");
        if (isRegistered) return new ActivityClass(type, null, needsScope: true);
        var constructors = type.GetConstructors(BindingFlags.Instance | BindingFlags.Public);
        if (constructors.Length == 0)
            throw new InvalidRequest($"{type} has no public constructor, so it cannot host activities.");
        try
        {
            var isPlain = constructors is [var only] && only.GetParameters().Length == 0;
            return new ActivityClass(type, ActivatorUtilities.CreateFactory(type, Type.EmptyTypes), needsScope: !isPlain);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidRequest($"{type} cannot be made from dependency injection: {e.Message}", e);
        }
    }

    /// <summary>Makes an instance, or takes it from the scope.</summary>
    /// <param name="services">The attempt's scope.</param>
    /// <param name="isOurs">Whether the caller has to dispose it; what the container made, the scope disposes.</param>
    public object Create(IServiceProvider services, out bool isOurs)
    {
        isOurs = _create is not null;
        return _create is null ? services.GetRequiredService(Type) : _create(services, null);
    }
}
