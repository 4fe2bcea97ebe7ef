using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Orchestration.Grains.Kernel.Machines;

/// <summary>
/// Which updates the runs before took, beyond those whose outcomes are handed on: 64 bits of each id, and the latest so many, so
/// that a chain of runs which never ends keeps a bounded memory. That two ids share their bits happens to nobody.
/// </summary>
internal sealed class UpdateIdLog
{
    /// <summary>How many are kept.</summary>
    public const int Window = 4096;

    private readonly HashSet<ulong> _known = [];
    private readonly List<ulong> _order = [];

    /// <summary>Whether the id is one of them.</summary>
    public bool Knows(string id) => _known.Count > 0 && _known.Contains(BitsOf(id));

    /// <summary>What the next run is to know: these, and further ones, oldest first.</summary>
    public ReadOnlyMemory<byte> CarryWith(IReadOnlyList<string> further)
    {
        ulong[] all = [.. _order, .. further.Select(BitsOf)];
        var kept = all.AsSpan(Math.Max(0, all.Length - Window));
        var bytes = new byte[kept.Length * sizeof(ulong)];
        for (var i = 0; i < kept.Length; i++) BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(i * sizeof(ulong)), kept[i]);
        return bytes;
    }

    /// <summary>Takes over what the run before handed on.</summary>
    public void Adopt(ReadOnlyMemory<byte> carried)
    {
        for (var rest = carried.Span; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
        {
            var bits = BinaryPrimitives.ReadUInt64BigEndian(rest);
            if (_known.Add(bits)) _order.Add(bits);
        }
    }

    private static ulong BitsOf(string id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(id), hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
