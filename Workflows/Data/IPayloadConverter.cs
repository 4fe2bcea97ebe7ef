namespace Orchestration.Workflows;

/// <summary>Turns user values into payloads and back. Implementations are thread-safe and deterministic.</summary>
public interface IPayloadConverter
{
    /// <summary>Encodes a value; the declared type, not the value's own, decides its form.</summary>
    /// <exception cref="PayloadConversionFailed">The value cannot be encoded.</exception>
    Payload ToPayload(object? value, Type type);

    /// <summary>Decodes a value of the given type.</summary>
    /// <exception cref="PayloadConversionFailed">The payload cannot be read as that type.</exception>
    /// <exception cref="PayloadUndecodable">The payload passed a codec that is not known here, or cannot read it.</exception>
    object? FromPayload(Payload payload, Type type);
}
