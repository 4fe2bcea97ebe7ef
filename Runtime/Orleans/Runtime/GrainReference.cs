using System.Diagnostics.CodeAnalysis;
using Orchestration.Runtime.Messaging;
using Orchestration.Runtime.References;

namespace Orleans.Runtime;

/// <summary>
/// Base of the objects through which grains are called. Immutable, thread-safe, and serialisable as an argument.
/// </summary>
public class GrainReference : IAddressable, IEquatable<GrainReference>
{
    private readonly ReferenceRuntime _runtime;
    private readonly InterfaceDescriptor _interface;

    internal GrainReference(ReferenceRuntime runtime, InterfaceDescriptor descriptor, GrainId id)
    {
        _runtime = runtime;
        _interface = descriptor;
        GrainId = id;
    }

    /// <summary>The grain.</summary>
    public GrainId GrainId { get; }

    /// <summary>The interface that the grain is called through.</summary>
    public GrainInterfaceType InterfaceType => _interface.InterfaceType;

    /// <summary>The name of that interface.</summary>
    public virtual string InterfaceName => _interface.Name;

    internal InterfaceDescriptor Interface => _interface;

    /// <summary>A reference to the same grain through another interface.</summary>
    public virtual TGrainInterface Cast<TGrainInterface>()
        where TGrainInterface : IAddressable =>
        (TGrainInterface)CastTo(typeof(TGrainInterface));

    /// <summary>The grain's hash, the same in every process.</summary>
    public uint GetUniformHashCode() => GrainId.GetUniformHashCode();

    /// <summary>Whether both refer to the same grain, through whichever interfaces.</summary>
    public bool Equals([NotNullWhen(true)] GrainReference? other) => other is not null && GrainId.Equals(other.GrainId);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => Equals(obj as GrainReference);

    /// <inheritdoc/>
    public override int GetHashCode() => GrainId.GetHashCode();

    /// <summary>The grain and the interface on one line.</summary>
    public sealed override string ToString() => $"GrainReference:{GrainId}:{_interface.Name}";

    /// <summary>Whether both refer to the same grain.</summary>
    public static bool operator ==(GrainReference? reference1, GrainReference? reference2) => Equals(reference1, reference2);

    /// <summary>Whether they refer to different grains.</summary>
    public static bool operator !=(GrainReference? reference1, GrainReference? reference2) => !Equals(reference1, reference2);

    internal IAddressable CastTo(Type interfaceType) =>
        interfaceType.IsInstanceOfType(this)
            ? this : DescriptorRegistry.Shared.Get(interfaceType).CreateReference(_runtime, GrainId);

    internal Task SendTask(Request<Nothing> request) => SendTaskOf(request);

    internal ValueTask SendValueTask(Request<Nothing> request) => new(SendTaskOf(request));

    internal ValueTask<TResult> SendValueTaskOf<TResult>(Request<TResult> request) => new(SendTaskOf(request));

    internal Task<TResult> SendTaskOf<TResult>(Request<TResult> request)
    {
        if (request.Method.OneWay)
        {
            _runtime.Send(request, GrainId);
            return Task.FromResult<TResult>(default!);
        }

        var task = request.CallerTask;
        _runtime.Send(request, GrainId);
        return task;
    }
}
