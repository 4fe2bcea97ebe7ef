using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Orchestration.Runtime.Transport;

/// <summary>
/// Connections within one process, by the addresses that sockets would have; for tests and simulation. Thread-safe.
/// </summary>
internal sealed class InProcessTransport : IConnectionListenerFactory, IConnectionFactory, IPortAllocator
{
    private readonly ConcurrentDictionary<EndPoint, Listener> _listeners = new();
    private readonly PipeOptions _pipe;
    private int _lastPort = 40_000;
    private int _connections;

    /// <param name="pauseBytes">How many bytes one side may write before the other must read.</param>
    public InProcessTransport(int pauseBytes = 64 * 1024) => _pipe = new PipeOptions(
        pauseWriterThreshold: pauseBytes, resumeWriterThreshold: pauseBytes / 2, useSynchronizationContext: false);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var bound = endpoint is IPEndPoint { Port: 0 } any
            ? new IPEndPoint(any.Address, Interlocked.Increment(ref _lastPort)) : endpoint;
        var listener = new Listener(this, bound);
        if (!_listeners.TryAdd(bound, listener)) throw new AddressInUseException($"{bound} is in use.");
        return new(listener);
    }

    public int Allocate(IPAddress address) => Interlocked.Increment(ref _lastPort);

    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (!_listeners.TryGetValue(endpoint, out var listener)) throw new SocketException((int)SocketError.ConnectionRefused);
        var number = Interlocked.Increment(ref _connections);
        Pipe there = new(_pipe), back = new(_pipe);
        var client = new Connection($"c{number}", back.Reader, there.Writer) { RemoteEndPoint = endpoint };
        var server = new Connection($"s{number}", there.Reader, back.Writer) { LocalEndPoint = endpoint };
        client.Peer = server;
        server.Peer = client;
        await listener.Arriving.Writer.WriteAsync(server, cancellationToken).ConfigureAwait(false);
        return client;
    }

    private sealed class Listener(InProcessTransport owner, EndPoint endpoint) : IConnectionListener
    {
        public EndPoint EndPoint => endpoint;

        public Channel<ConnectionContext> Arriving { get; } = Channel.CreateBounded<ConnectionContext>(512);

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            if (!await Arriving.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false)) return null;
            return Arriving.Reader.TryRead(out var connection) ? connection : null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            owner._listeners.TryRemove(KeyValuePair.Create<EndPoint, Listener>(endpoint, this));
            Arriving.Writer.TryComplete();
            return default;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }

    private sealed class Connection : DefaultConnectionContext
    {
        private readonly CancellationTokenSource _closed = new();
        private int _ended;

        public Connection(string id, PipeReader input, PipeWriter output)
            : base(id)
        {
            Transport = new Duplex(input, output);
            ConnectionClosed = _closed.Token;
        }

        public Connection? Peer { get; set; }

        public override void Abort(ConnectionAbortedException abortReason)
        {
            End(abortReason);
            Peer?.End(new ConnectionResetException("The peer has cut the connection.", abortReason));
        }

        public override async ValueTask DisposeAsync()
        {
            await Transport.Output.CompleteAsync().ConfigureAwait(false);
            await Transport.Input.CompleteAsync().ConfigureAwait(false);
            End(null);
            await base.DisposeAsync().ConfigureAwait(false);
        }

        private void End(Exception? reason)
        {
            if (Interlocked.Exchange(ref _ended, 1) != 0) return;
            if (reason is not null)
            {
                // As with a socket: whoever reads or writes here finds the connection gone, whatever is still on its way.
                Transport.Input.CancelPendingRead();
                Transport.Output.CancelPendingFlush();
            }

            ThreadPool.UnsafeQueueUserWorkItem(static source => source.Cancel(), _closed, preferLocal: false);
        }
    }

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
