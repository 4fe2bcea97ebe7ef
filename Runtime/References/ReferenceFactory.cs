using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.References;

/// <summary>Makes references for one host. Thread-safe.</summary>
internal sealed class ReferenceFactory(ReferenceRuntime runtime, IGrainTypeResolver resolver,
    IServiceProvider services) : IClusterClient
{
    public IServiceProvider ServiceProvider => services;

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        var descriptor = InterfaceOf<TGrainInterface>.Descriptor;
        return (TGrainInterface)(object)CreateByKey(descriptor, primaryKey, grainClassNamePrefix);
    }

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable =>
        (TGrainInterface)(object)Create(grainId, InterfaceOf<TGrainInterface>.Descriptor);

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) =>
        (IGrain)CreateByKey(DescriptorRegistry.Shared.Get(grainInterfaceType), grainPrimaryKey, null);

    /// <summary>A reference to a grain through an interface.</summary>
    public GrainReference Create(GrainId id, InterfaceDescriptor descriptor)
    {
        if (id.IsDefault) throw new ArgumentException("The grain id is empty.", nameof(id));
        return descriptor.CreateReference(runtime, id);
    }

    private GrainReference CreateByKey(InterfaceDescriptor descriptor, string key, string? prefix)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return descriptor.CreateReference(runtime, GrainId.Create(resolver.Resolve(descriptor, prefix), key));
    }

    private static class InterfaceOf<TGrainInterface>
    {
        private static InterfaceDescriptor? _descriptor;

        public static InterfaceDescriptor Descriptor => _descriptor ??= DescriptorRegistry.Shared.Get(typeof(TGrainInterface));
    }
}
