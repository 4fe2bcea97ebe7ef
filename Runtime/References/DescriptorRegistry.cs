using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Orleans.Runtime;

namespace Orchestration.Runtime.References;

/// <summary>
/// The grain interfaces known to this process, by type and by wire name. Thread-safe; shared by all hosts of the process.
/// </summary>
internal sealed class DescriptorRegistry
{
    private readonly ConcurrentDictionary<Type, InterfaceDescriptor> _byType = new();
    private readonly ConcurrentDictionary<string, InterfaceDescriptor> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ulong, MethodDescriptor> _methods = new();

    public static DescriptorRegistry Shared { get; } = new();

    /// <summary>The interface of this type.</summary>
    /// <exception cref="ArgumentException">It is not a usable grain interface; the message says why.</exception>
    public InterfaceDescriptor Get(Type type) => _byType.TryGetValue(type, out var known) ? known : Add(type);

    public bool TryGetInterface(string name, [NotNullWhen(true)] out InterfaceDescriptor? descriptor) =>
        _byName.TryGetValue(name, out descriptor);

    public bool TryGetMethod(ulong wireId, [NotNullWhen(true)] out MethodDescriptor? method) =>
        _methods.TryGetValue(wireId, out method);

    /// <summary>The grain interfaces that a class or interface has, itself included.</summary>
    public static IEnumerable<Type> GrainInterfacesOf(Type type) =>
        type.GetInterfaces().Append(type).Where(static candidate =>
            candidate.IsInterface && typeof(IAddressable).IsAssignableFrom(candidate) && !candidate.ContainsGenericParameters);

    private InterfaceDescriptor Add(Type type)
    {
        var made = new InterfaceDescriptor(type);
        foreach (var inherited in GrainInterfacesOf(type))
        {
            if (inherited != type) Get(inherited);
        }

        if (_byName.GetOrAdd(made.Name, made) is var named && named.Type != type)
            throw new ArgumentException($"{type} and {named.Type} are both called '{made.Name}' on the wire.");
        foreach (var method in named.Methods)
        {
            if (_methods.GetOrAdd(method.WireId, method) is var same && same != method)
                throw new ArgumentException($"{method} and {same} are the same on the wire. Give one an alias.");
        }

        return _byType.GetOrAdd(type, named);
    }
}
