using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Orchestration.Runtime.Transport;

/// <summary>
/// TCP by the socket transport of ASP.NET Core, both ends. Continuations run on the thread that completed the I/O: the owner of a
/// connection does not block, and each hop would cost more than what it does there.
/// </summary>
internal sealed class SocketTransport : IConnectionListenerFactory, IConnectionFactory, IPortAllocator, IDisposable
{
    private const int ReadBufferBytes = 1024 * 1024;

    private readonly ConcurrentDictionary<IPEndPoint, Socket> _reserved = new();
    private readonly SocketTransportFactory _listeners;
    private readonly SocketConnectionContextFactory _connections;

    public SocketTransport(ILoggerFactory loggers)
    {
        _listeners = new SocketTransportFactory(
            Options.Create(new SocketTransportOptions
            {
                NoDelay = true,
                UnsafePreferInlineScheduling = true,
                WaitForDataBeforeAllocatingBuffer = false,
                MaxReadBufferSize = ReadBufferBytes,
                CreateBoundListenSocket = Bound,
            }),
            loggers);
        _connections = new SocketConnectionContextFactory(
            new SocketConnectionFactoryOptions
            {
                UnsafePreferInlineScheduling = true,
                WaitForDataBeforeAllocatingBuffer = false,
                MaxReadBufferSize = ReadBufferBytes,
            },
            loggers.CreateLogger<SocketTransport>());
    }

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        _listeners.BindAsync(endpoint, cancellationToken);

    // The port stays bound until it is listened at: any process's connection could take one that was let go.
    public int Allocate(IPAddress address)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(new IPEndPoint(address, 0));
        var place = (IPEndPoint)socket.LocalEndPoint!;
        _reserved[place] = socket;
        return place.Port;
    }

    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
            return _connections.Create(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var socket in _reserved.Values) socket.Dispose();
        _connections.Dispose();
    }

    private Socket Bound(EndPoint place) => place is IPEndPoint ip && _reserved.TryRemove(ip, out var socket)
        ? socket
        : SocketTransportOptions.CreateDefaultBoundListenSocket(place);
}
