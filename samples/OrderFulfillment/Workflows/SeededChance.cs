using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Orchestration.OrderFulfillment.Workflows;

/// <summary>
/// Chance without dice: the same seed and the same facts always give the same number, in every process and after every restart.
/// </summary>
public sealed class SeededChance(ulong seed)
{
    /// <summary>A number from 0 (inclusive) to 1 (exclusive) that belongs to these facts.</summary>
    public double Of(string what, string whom, int attempt = 0)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\n{what}\n{whom}\n{attempt}"), hash);
        return (BinaryPrimitives.ReadUInt64LittleEndian(hash) >> 11) * (1.0 / (1UL << 53));
    }
}
