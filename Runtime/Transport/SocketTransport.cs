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

    public int Allocate(IPAddress address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
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

    public void Dispose() => _connections.Dispose();
}
