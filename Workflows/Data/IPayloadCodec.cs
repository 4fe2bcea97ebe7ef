namespace Orchestration.Workflows;

/// <summary>
/// Turns the bytes of payloads into others on their way into histories, and back: compression, encryption. Its name stands in a
/// header of each payload, so that histories stay readable when another one writes from now on. Used by
/// <see cref="CodecPayloadConverter"/>.
/// </summary>
/// <remarks>
/// Thread-safe, and quick: workflow code waits for it, and a replay decodes again, so that it does no I/O. It need not give the
/// same bytes twice (a nonce may be random): what was encoded once is what is stored, sent and repeated.
/// </remarks>
public interface IPayloadCodec
{
    /// <summary>
    /// Its name, 1 to 100 letters, digits and <c>. - _ /</c>, such as <c>acme/aes-gcm-2</c>. It stays for ever: what has another
    /// key or form has another name.
    /// </summary>
    string Name { get; }

    /// <summary>Encodes bytes.</summary>
    ReadOnlyMemory<byte> Encode(ReadOnlyMemory<byte> data);

    /// <summary>Decodes what <see cref="Encode"/> made. Throws, whatever it likes, where the bytes are not of it.</summary>
    ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> data);
}
