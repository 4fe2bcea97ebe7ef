using System.Buffers;
using System.Collections.Concurrent;

namespace Orchestration.Grains.Workflows.Runs;

/// <summary>
/// Buffers for the bytes of turns, from their writing until the store's answer: as many as there are appends in flight, and not
/// one a run. Thread-safe.
/// </summary>
internal sealed class BodyPool
{
    private const int KeptBytes = 64 * 1024;
    private const int KeptBuffers = 256;

    private readonly ConcurrentBag<ArrayBufferWriter<byte>> _buffers = [];
    private int _count;

    /// <summary>An empty buffer.</summary>
    public ArrayBufferWriter<byte> Rent()
    {
        if (!_buffers.TryTake(out var buffer)) return new ArrayBufferWriter<byte>(1024);
        Interlocked.Decrement(ref _count);
        return buffer;
    }

    /// <summary>Gives a buffer back that nobody reads any more; a large one, or one too many, is let go.</summary>
    public void Return(ArrayBufferWriter<byte> buffer)
    {
        if (buffer.Capacity > KeptBytes || Volatile.Read(ref _count) >= KeptBuffers) return;
        buffer.ResetWrittenCount();
        Interlocked.Increment(ref _count);
        _buffers.Add(buffer);
    }
}
