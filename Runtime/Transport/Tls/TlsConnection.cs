using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Orchestration.Runtime.Transport.Tls;

/// <summary>A connection that is secured: what is written is encrypted, and what is read was.</summary>
internal sealed class TlsConnection : ConnectionContext
{
    // A few records at a time.
    private const int ReadBufferBytes = 64 * 1024;

    private readonly ConnectionContext _inner;
    private readonly SslStream _stream;
    private int _disposed;

    public TlsConnection(ConnectionContext inner, SslStream stream)
    {
        _inner = inner;
        _stream = stream;
        var input = PipeReader.Create(
            stream, new StreamPipeReaderOptions(bufferSize: ReadBufferBytes, minimumReadSize: 4096, leaveOpen: true));
        var output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        Transport = new Duplex(input, new Output(output, stream, inner.Transport.Output));
    }

    public override string ConnectionId
    {
        get => _inner.ConnectionId;
        set => _inner.ConnectionId = value;
    }

    public override IFeatureCollection Features => _inner.Features;

    public override IDictionary<object, object?> Items
    {
        get => _inner.Items;
        set => _inner.Items = value;
    }

    public override IDuplexPipe Transport { get; set; }

    public override EndPoint? LocalEndPoint
    {
        get => _inner.LocalEndPoint;
        set => _inner.LocalEndPoint = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => _inner.RemoteEndPoint;
        set => _inner.RemoteEndPoint = value;
    }

    public override CancellationToken ConnectionClosed
    {
        get => _inner.ConnectionClosed;
        set => _inner.ConnectionClosed = value;
    }

    public override void Abort(ConnectionAbortedException abortReason) => _inner.Abort(abortReason);

    public override async ValueTask DisposeAsync()
    {
        // The inner connection first: whoever still reads or writes here then fails there, and lets go of the stream.
        await _inner.DisposeAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await Transport.Input.CompleteAsync().ConfigureAwait(false);
            await _stream.DisposeAsync().ConfigureAwait(false);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }

    /// <summary>Says at its end that no more will come, so that the peer can tell an end from a cut.</summary>
    private sealed class Output(PipeWriter encrypting, SslStream stream, PipeWriter wire) : PipeWriter
    {
        private int _completed;

        public override void Advance(int bytes) => encrypting.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => encrypting.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => encrypting.GetSpan(sizeHint);

        public override void CancelPendingFlush() => wire.CancelPendingFlush();

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
            encrypting.FlushAsync(cancellationToken);

        public override ValueTask<FlushResult> WriteAsync(
            ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
            encrypting.WriteAsync(source, cancellationToken);

        public override void Complete(Exception? exception = null) => throw new NotSupportedException();

        public override async ValueTask CompleteAsync(Exception? exception = null)
        {
            if (Interlocked.Exchange(ref _completed, 1) != 0) return;
            try
            {
                await encrypting.CompleteAsync(exception).ConfigureAwait(false);
                await stream.ShutdownAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ConnectionAbortedException
                or InvalidOperationException)
            {
                // The connection is gone: nobody is there to be told.
            }

            await wire.CompleteAsync(exception).ConfigureAwait(false);
        }
    }
}
