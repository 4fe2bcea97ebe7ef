using System.Buffers;
using System.IO.Pipelines;

namespace Orchestration.Runtime.Transport.Tls;

/// <summary>The two pipes of a connection as one stream. Not seekable; read and write are independent of each other.</summary>
internal sealed class PipeStream(IDuplexPipe pipe) : Stream
{
    private readonly PipeReader _reader = pipe.Input;
    private readonly PipeWriter _writer = pipe.Output;

    /// <summary>The first byte that came; null before one has. Tells who does not speak TLS.</summary>
    public byte? First { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var result = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (result.IsCanceled) throw new OperationCanceledException("The connection was cut.");
        var sequence = result.Buffer;
        var taken = (int)Math.Min(sequence.Length, buffer.Length);
        var slice = sequence.Slice(0, taken);
        slice.CopyTo(buffer.Span);
        if (taken > 0) First ??= buffer.Span[0];
        _reader.AdvanceTo(slice.End);
        return taken;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var result = await _writer.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (result.IsCanceled) throw new OperationCanceledException("The connection was cut.");
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // Each write is flushed.
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
