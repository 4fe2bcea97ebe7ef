using System.Buffers.Binary;

namespace Orchestration.Storage.AzureStorage.Log.Tables;

/// <summary>
/// Says of most instances that a table does not have that it does not, without a request: ten bits an instance, about one in a
/// hundred is asked for in vain. Instances are hashes already, and their bits are taken as they are.
/// </summary>
internal sealed class BloomFilter
{
    private const int BitsEach = 10;
    private const int Hashes = 7;

    private readonly byte[] _bits;

    private BloomFilter(byte[] bits) => _bits = bits;

    public ReadOnlySpan<byte> Bytes => _bits;

    public static BloomFilter For(int instances) => new(new byte[Math.Max(8, ((instances * BitsEach) + 7) / 8)]);

    public static BloomFilter Of(ReadOnlySpan<byte> bytes) => new(bytes.ToArray());

    public void Add(ReadOnlySpan<byte> hash)
    {
        for (var i = 0; i < Hashes; i++)
        {
            var bit = Bit(hash, i);
            _bits[bit >> 3] |= (byte)(1 << (int)(bit & 7));
        }
    }

    public bool MayHave(ReadOnlySpan<byte> hash)
    {
        for (var i = 0; i < Hashes; i++)
        {
            var bit = Bit(hash, i);
            if ((_bits[bit >> 3] & (1 << (int)(bit & 7))) == 0) return false;
        }

        return true;
    }

    private long Bit(ReadOnlySpan<byte> hash, int i)
    {
        var a = BinaryPrimitives.ReadUInt64LittleEndian(hash);
        var b = BinaryPrimitives.ReadUInt64LittleEndian(hash[8..]) | 1;
        return (long)((a + ((ulong)i * b)) % ((ulong)_bits.Length * 8));
    }
}
