using System.Reflection;
using System.Reflection.Emit;
using System.Text;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.References;

/// <summary>
/// A grain interface, with the methods that it declares itself. Immutable but for the emitted proxy, made at first use.
/// </summary>
internal sealed class InterfaceDescriptor
{
    private Func<ReferenceRuntime, InterfaceDescriptor, GrainId, GrainReference>? _create;
    private ModuleBuilder? _module;

    /// <exception cref="ArgumentException">A member cannot be called remotely; the message says why.</exception>
    public InterfaceDescriptor(Type type)
    {
        if (!type.IsInterface || !typeof(IAddressable).IsAssignableFrom(type))
            throw new ArgumentException($"{type} is not a grain interface.");
        if (type.ContainsGenericParameters) throw new ArgumentException($"{type} is generic; grain interfaces must not be.");
        Type = type;
        Name = type.GetCustomAttribute<GrainInterfaceTypeAttribute>() is { } named
            ? named.GetGrainInterfaceType(null!, type).ToString()
            : type.GetCustomAttribute<AliasAttribute>()?.Alias ?? type.FullName ?? type.Name;
        InterfaceType = GrainInterfaceType.Create(Name);
        WireHash = XxHash32.Compute(Encoding.UTF8.GetBytes(Name));
        Methods = DeclareMethods();
    }

    public Type Type { get; }

    /// <summary>The interface's name on the wire.</summary>
    public string Name { get; }

    public GrainInterfaceType InterfaceType { get; }

    public uint WireHash { get; }

    /// <summary>The methods that this interface declares; inherited ones belong to the interfaces that do.</summary>
    public MethodDescriptor[] Methods { get; }

    /// <summary>Where the classes of this interface are emitted; asked for under its lock.</summary>
    public ModuleBuilder Module => _module ??= EmittedAssembly.Create(
        $"Orchestration.Runtime.References.{Type.FullName}",
        Type.GetInterfaces().Append(Type).SelectMany(static type => type.GetMethods().SelectMany(static method =>
            method.GetParameters().Select(static parameter => parameter.ParameterType).Append(method.ReturnType)).Append(type)));

    /// <summary>How many proxy classes were emitted: more than one where two threads asked first. Under its lock.</summary>
    public int Emitted { get; set; }

    /// <summary>A reference to a grain through this interface.</summary>
    public GrainReference CreateReference(ReferenceRuntime runtime, GrainId id) =>
        (_create ??= ProxyEmitter.FactoryOf(this))(runtime, this, id);

    public override string ToString() => Name;

    private MethodDescriptor[] DeclareMethods()
    {
        var methods = Type.GetMethods(
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Where(static method => method.IsAbstract)
            .Select(method => new MethodDescriptor(this, method, MethodTraits.Of(method)))
            .ToArray();
        foreach (var same in methods.GroupBy(static method => method.WireId).Where(static group => group.Skip(1).Any()))
        {
            var names = string.Join(", ", same.Select(static method => method.Method));
            throw new ArgumentException($"{Type} has methods that are the same on the wire: {names}. Give them aliases.");
        }

        return methods;
    }
}
