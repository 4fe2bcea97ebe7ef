using Orchestration.Runtime.Activations;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.References;

/// <summary>Tells a grain's identity from the grain itself or a reference to it.</summary>
internal static class GrainIdentity
{
    public static GrainId Of(IAddressable grain) => grain switch
    {
        GrainReference reference => reference.GrainId,
        IGrainBase self => self.GrainContext.GrainId,
        null => throw new ArgumentNullException(nameof(grain)),
        _ => throw Unknown(grain),
    };

    public static IAddressable ReferenceTo(IAddressable grain, Type interfaceType) => grain switch
    {
        GrainReference reference => reference.CastTo(interfaceType),
        IGrainBase { GrainContext: Activation activation } => activation.GrainReference.CastTo(interfaceType),
        null => throw new ArgumentNullException(nameof(grain)),
        _ => throw Unknown(grain),
    };

    private static ArgumentException Unknown(IAddressable grain) =>
        new($"{grain.GetType()} is neither a grain nor a reference to one.", nameof(grain));
}
