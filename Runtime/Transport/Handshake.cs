using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Orchestration.Runtime.Serialization;
using Orleans.Serialization;

namespace Orchestration.Runtime.Transport;

/// <summary>
/// The first words on a connection: magic, protocol version, length, then who speaks. The twelve bytes of the header never
/// change, so that any two versions can at least tell each other apart; all after it is for equal versions. The connecting side
/// speaks first.
/// </summary>
internal static class Handshake
{
    /// <summary>The version of everything behind the header: frames, messages and the serializer's format.</summary>
    public const ushort ProtocolVersion = 1;

    public const int MaxHelloBytes = 4 * 1024;
    public const int MaxReplyBytes = 4 * 1024 * 1024;

    /// <summary>The first byte of these words, and that of a record of TLS.</summary>
    public const byte PlainText = (byte)'O', TlsRecord = 0x16;

    private const int HeaderBytes = 12;

    private static ReadOnlySpan<byte> Magic => "ORCW"u8;

    public static async ValueTask WriteAsync<T>(
        PipeWriter output, T message, WireSerializer serializer, CancellationToken cancel, ushort version = ProtocolVersion)
    {
        var body = serializer.ToBytes(message);
        WriteHeader(output.GetSpan(HeaderBytes), version, body.Length);
        output.Advance(HeaderBytes);
        output.Write(body);
        await output.FlushAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Reads the peer's words. Null, and the peer's version, where it speaks another one.</summary>
    /// <exception cref="InvalidDataException">These are no such words at all.</exception>
    /// <exception cref="OperationCanceledException">The peer took too long.</exception>
    public static async ValueTask<(T? Message, ushort Version)> ReadAsync<T>(
        PipeReader input, int maxBytes, WireSerializer serializer, CancellationToken cancel, ushort expected = ProtocolVersion)
        where T : class
    {
        while (true)
        {
            var result = await input.ReadAsync(cancel).ConfigureAwait(false);
            var buffer = result.Buffer;
            if (TryRead<T>(ref buffer, expected, maxBytes, serializer, out var message, out var version))
            {
                input.AdvanceTo(buffer.Start);
                return (message, version);
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted || result.IsCanceled) throw new ConnectionResetException("The peer closed the connection.");
        }
    }

    private static bool TryRead<T>(
        ref ReadOnlySequence<byte> buffer, ushort expected, int maxBytes, WireSerializer serializer, out T? message,
        out ushort version)
        where T : class
    {
        message = null;
        version = 0;
        Span<byte> header = stackalloc byte[HeaderBytes];
        var known = (int)Math.Min(buffer.Length, HeaderBytes);
        buffer.Slice(0, known).CopyTo(header);

        // A wrong first byte is enough: whoever speaks another protocol need not send twelve to be found out.
        var magic = Math.Min(known, Magic.Length);
        if (known > 0 && header[0] == TlsRecord) throw new UnexpectedTlsException();
        if (!header[..magic].SequenceEqual(Magic[..magic])) throw new InvalidDataException("the peer speaks another protocol");
        if (known < HeaderBytes) return false;
        version = BinaryPrimitives.ReadUInt16LittleEndian(header[4..]);
        if (version != expected)
        {
            buffer = buffer.Slice(buffer.End);
            return true;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        if (length > (uint)maxBytes) throw new InvalidDataException($"the peer introduces itself in {length} bytes");
        if (buffer.Length < HeaderBytes + length) return false;
        var body = buffer.Slice(HeaderBytes, length);
        try
        {
            message = serializer.FromBytes<T>(body.ToArray());
        }
        catch (SerializerException e)
        {
            throw new InvalidDataException("the peer's introduction cannot be read", e);
        }

        buffer = buffer.Slice(body.End);
        return true;
    }

    private static void WriteHeader(Span<byte> header, ushort version, int length)
    {
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], version);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], (uint)length);
    }
}
