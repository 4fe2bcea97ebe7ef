using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Orchestration.Workflows;

namespace Orchestration.Storage.PostgreSql.Connections;

/// <summary>
/// The keys under which names are indexed. A B-tree entry holds at most 2.7 KB and names may be longer, so the indexes have
/// the first 16 bytes of a SHA-256 instead; no application can make two names meet there.
/// </summary>
internal static class Names
{
    public static Guid Of(WorkflowKey key) => Of(key.Namespace, key.Id.Value);

    public static Guid Of(string name) => Of(name, "");

    /// <summary>The first part's length goes in front, so that no two pairs run into one text.</summary>
    public static Guid Of(string first, string second)
    {
        var length = 4 + Encoding.UTF8.GetMaxByteCount(first.Length) + Encoding.UTF8.GetMaxByteCount(second.Length);
        byte[]? rented = null;
        var bytes = length <= 512 ? stackalloc byte[512] : rented = ArrayPool<byte>.Shared.Rent(length);
        var end = 4 + Encoding.UTF8.GetBytes(first, bytes[4..]);
        BinaryPrimitives.WriteInt32BigEndian(bytes, end - 4);
        end += Encoding.UTF8.GetBytes(second, bytes[end..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..end], hash);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return new Guid(hash[..16], bigEndian: true);
    }
}
