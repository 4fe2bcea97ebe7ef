using Orleans.Runtime;

namespace Orleans;

/// <summary>
/// Makes grain references. Making one is cheap and calls nothing: the grain is activated by its first call. Thread-safe.
/// </summary>
public interface IGrainFactory
{
    /// <summary>A reference to the grain with this key.</summary>
    /// <param name="primaryKey">The key; not empty.</param>
    /// <param name="grainClassNamePrefix">Narrows the choice where several classes implement the interface.</param>
    /// <exception cref="ArgumentException">No grain class, or more than one, implements the interface; or the key is
    /// empty.</exception>
    TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey;

    /// <summary>A reference to the grain with this id, called through the given interface.</summary>
    TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable;

    /// <summary>A reference to the grain with this key, called through an interface known at run time only.</summary>
    IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey);
}
