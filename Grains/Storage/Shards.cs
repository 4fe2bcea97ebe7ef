using System.Buffers;
using System.Text;
using Orchestration.Workflows;

namespace Orchestration.Grains.Storage;

/// <summary>The parts of the id space that recovery works on. The number of an instance's shard is stored with it.</summary>
public static class Shards
{
    /// <summary>How many there are; fixed for a data set.</summary>
    public const int Count = 256;

    /// <summary>
    /// The shard of an instance: FNV-1a over the UTF-8 of namespace, a zero byte and id. The same in all versions.
    /// </summary>
    public static int Of(WorkflowKey key)
    {
        var hash = Add(2166136261u, key.Namespace);
        hash = (hash ^ 0) * 16777619u;
        hash = Add(hash, key.Id.Value);
        return (int)((hash ^ (hash >> 16)) % Count);
    }

    private static uint Add(uint hash, string text)
    {
        var length = Encoding.UTF8.GetMaxByteCount(text.Length);
        byte[]? rented = null;
        var bytes = length <= 512 ? stackalloc byte[512] : rented = ArrayPool<byte>.Shared.Rent(length);
        var written = Encoding.UTF8.GetBytes(text, bytes);
        foreach (var b in bytes[..written]) hash = (hash ^ b) * 16777619u;
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return hash;
    }
}
