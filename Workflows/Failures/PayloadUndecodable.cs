namespace Orchestration.Workflows;

/// <summary>
/// A payload passed a codec that is not known here, or that cannot read it (another key). Nothing is lost: with the codec, or its
/// key, the payload can be read again.
/// </summary>
public sealed class PayloadUndecodable(string codec, string message, Exception? inner = null)
    : EngineFault(FaultCodes.UndecodablePayload, message, inner)
{
    /// <summary>The codec's name, as the payload has it.</summary>
    public string Codec { get; } = codec;

    internal static PayloadUndecodable NoCodec(string codec) => new(codec,
        $"A payload was encoded by the codec '{codec}', and no codec of that name is registered here.");
}
