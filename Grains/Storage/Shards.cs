using System.Buffers;
using System.Text;
using Orchestration.Workflows;

namespace Orchestration.Grains.Storage;

/// <summary>
/// The parts of the id space that recovery works on. How many there are is a property of the data set
/// (<see cref="IHistoryStore.ShardCount"/>), fixed when it was made; the number of a run's shard is stored with it.
/// </summary>
public static class Shards
{
    /// <summary>How many a data set has unless it was made with another number.</summary>
    public const int Default = 256;

    /// <summary>The most that a data set may have.</summary>
    public const int Maximum = 4096;

    /// <summary>
    /// The shard of an instance: FNV-1a over the UTF-8 of namespace, a zero byte and id. The same in all versions.
    /// </summary>
    /// <param name="key">The instance.</param>
    /// <param name="count">How many shards its data set has.</param>
    public static int Of(WorkflowKey key, int count)
    {
        var hash = Add(2166136261u, key.Namespace);
        hash = (hash ^ 0) * 16777619u;
        hash = Add(hash, key.Id.Value);
        return (int)((hash ^ (hash >> 16)) % count);
    }

    /// <summary>Refuses a number of shards that no data set may be made with.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not 1 to <see cref="Maximum"/>.</exception>
    public static int Check(int count) => count is >= 1 and <= Maximum
        ? count
        : throw new ArgumentOutOfRangeException(nameof(count), count, $"A data set has 1 to {Maximum} shards.");

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
