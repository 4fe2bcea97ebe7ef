using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Orchestration.Runtime.Transport;

namespace Orchestration.Runtime.Peers;

/// <summary>Proves, without showing it, that a silo knows the cluster's secret. Immutable.</summary>
internal sealed class ClusterSecret(string secret)
{
    public const int NonceBytes = 16;

    private readonly byte[] _key = Encoding.UTF8.GetBytes(secret);

    public static byte[] NewNonce() => RandomNumberGenerator.GetBytes(NonceBytes);

    /// <summary>
    /// The proof of one side for one introduction: bound to both nonces, both addresses, the cluster and the direction, so that
    /// neither an old proof nor the other side's own can be played back.
    /// </summary>
    public byte[] Prove(Hello hello, byte[] answer, bool connecting)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        Append(hash, connecting ? "connecting"u8 : "accepting"u8);
        Append(hash, hello.Nonce);
        Append(hash, answer);
        Append(hash, Encoding.UTF8.GetBytes(hello.ClusterId));
        Append(hash, Encoding.UTF8.GetBytes(hello.ServiceId));
        Append(hash, Encoding.UTF8.GetBytes(hello.From?.ToParsableString() ?? ""));
        Append(hash, Encoding.UTF8.GetBytes(hello.To?.ToParsableString() ?? ""));
        return hash.GetHashAndReset();
    }

    public bool IsProof(byte[] proof, Hello hello, byte[] answer, bool connecting) =>
        CryptographicOperations.FixedTimeEquals(proof, Prove(hello, answer, connecting));

    // With its length, so that no two sequences of parts are the same bytes.
    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
