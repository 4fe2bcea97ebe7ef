using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Runtime.Persistence;
using Orchestration.Runtime.References;
using Orleans;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Runtime;

namespace Orchestration.Runtime.Activations;

/// <summary>A grain class of this silo: its names, its attributes, and how its objects are made. Immutable.</summary>
internal sealed class GrainClass
{
    private readonly ObjectFactory _factory;
    private readonly FacetFactory[] _facets;

    /// <exception cref="ArgumentException">The class cannot be hosted; the message says why.</exception>
    public GrainClass(Type type)
    {
        Type = type;
        GrainType = type.GetCustomAttribute<GrainTypeAttribute>() is { } named
            ? named.GetGrainType(null!, type)
            : GrainType.Create(ConventionalName(type));
        Interfaces = [.. DescriptorRegistry.GrainInterfacesOf(type).Where(IsCallable).Select(DescriptorRegistry.Shared.Get)];
        MainInterface = Interfaces.FirstOrDefault(candidate => candidate.Type.Name == "I" + type.Name) ?? Interfaces[0];
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute));
        Placement = type.GetCustomAttribute<PlacementAttribute>()?.PlacementStrategy;
        CollectionAge = type.GetCustomAttribute<CollectionAgeLimitAttribute>()?.AgeLimit;
        _facets = FacetFactory.Of(type);
        _factory = ActivatorUtilities.CreateFactory(type, [.. _facets.Select(static facet => facet.ParameterType)]);
    }

    public Type Type { get; }

    public GrainType GrainType { get; }

    /// <summary>The grain interfaces that can be called, those of the runtime itself included.</summary>
    public InterfaceDescriptor[] Interfaces { get; }

    /// <summary>The interface of a reference that names none.</summary>
    public InterfaceDescriptor MainInterface { get; }

    public bool IsReentrant { get; }

    /// <summary>How its grains are placed; null for by hash.</summary>
    public PlacementStrategy? Placement { get; }

    /// <summary>How long an activation may be idle, where the class says so.</summary>
    public TimeSpan? CollectionAge { get; }

    /// <summary>Whether a type is a grain class that a silo can host.</summary>
    public static bool IsGrainClass(Type type) =>
        type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false }
        && typeof(IAddressable).IsAssignableFrom(type)
        && !typeof(GrainReference).IsAssignableFrom(type)
        && DescriptorRegistry.GrainInterfacesOf(type).Any(IsCallable);

    /// <summary>Makes the grain object of an activation, with its services; runs in a turn of it.</summary>
    public object Create(Activation activation)
    {
        var arguments = _facets.Length == 0 ? [] : new object[_facets.Length];
        for (var i = 0; i < _facets.Length; i++) arguments[i] = _facets[i].Create(activation);
        return _factory(activation.ActivationServices, arguments);
    }

    public GrainManifestEntry Describe() =>
        new(GrainType.ToString(), Type.FullName ?? Type.Name, [.. Interfaces.Select(static descriptor => descriptor.Name)]);

    private static bool IsCallable(Type candidate) =>
        candidate != typeof(IAddressable) && candidate != typeof(IGrain) && candidate != typeof(IGrainWithStringKey);

    private static string ConventionalName(Type type)
    {
        const string Suffix = "grain";
        var name = type.Name.ToLowerInvariant();
        return name.Length > Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;
    }
}
