using Orleans.Runtime;

namespace Orchestration.Runtime.References;

/// <summary>Says which grain class an interface means. Thread-safe.</summary>
internal interface IGrainTypeResolver
{
    /// <exception cref="ArgumentException">None of the cluster's grain classes, or more than one, implements the
    /// interface.</exception>
    GrainType Resolve(InterfaceDescriptor descriptor, string? classNamePrefix);
}
