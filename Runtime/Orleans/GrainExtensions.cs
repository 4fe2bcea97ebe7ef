using Orchestration.Runtime.References;
using Orleans.Runtime;

namespace Orleans;

/// <summary>What can be asked of a grain or of a reference to one.</summary>
public static class GrainExtensions
{
    /// <summary>The id of the grain.</summary>
    /// <exception cref="ArgumentException">The object is neither a grain nor a reference.</exception>
    public static GrainId GetGrainId(this IAddressable grain) => GrainIdentity.Of(grain);

    /// <summary>The key of a grain that is keyed by a string.</summary>
    /// <exception cref="ArgumentException">The object is neither a grain nor a reference.</exception>
    public static string GetPrimaryKeyString(this IAddressable grain) => GrainIdentity.Of(grain).Key.ToString();

    /// <summary>A reference to the same grain through the given interface; of a grain, a reference to itself.</summary>
    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain) =>
        (TGrainInterface)GrainIdentity.ReferenceTo(grain, typeof(TGrainInterface));

    /// <summary>A reference to the same grain through the given interface.</summary>
    public static TGrainInterface Cast<TGrainInterface>(this IAddressable grain) => grain.AsReference<TGrainInterface>();
}
