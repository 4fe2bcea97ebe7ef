using System.Buffers;

namespace Orchestration.Runtime.Transport;

/// <summary>
/// Bytes that wait to be sent: a pooled array that grows, and shrinks again once it has been sent. Not thread-safe.
/// </summary>
internal sealed class SendBuffer
{
    private const int KeptBytes = 256 * 1024;

    private byte[] _bytes = [];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - Length < bytes.Length) Grow(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > KeptBytes) Release();
    }

    public void Release()
    {
        Length = 0;
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private void Grow(int more)
    {
        var wanted = Math.Max(Length + (long)more, Math.Max(4096, _bytes.Length * 2L));
        var grown = ArrayPool<byte>.Shared.Rent((int)Math.Min(wanted, Array.MaxLength));
        Memory.Span.CopyTo(grown);
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = grown;
    }
}
