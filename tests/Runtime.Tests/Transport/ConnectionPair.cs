using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestration.Runtime.Transport;

namespace Orchestration.Runtime.Tests.Transport;

/// <summary>Two ends of one connection, in process or through loopback.</summary>
internal sealed class ConnectionPair : IAsyncDisposable
{
    private readonly IConnectionListener _listener;

    private ConnectionPair(IConnectionListener listener, ConnectionContext near, ConnectionContext far)
    {
        _listener = listener;
        Near = near;
        Far = far;
    }

    public ConnectionContext Near { get; }

    public ConnectionContext Far { get; }

    public static async Task<ConnectionPair> OpenAsync(bool sockets, int pauseBytes = 64 * 1024)
    {
        var transport = sockets ? (object)new SocketTransport(NullLoggerFactory.Instance) : new InProcessTransport(pauseBytes);
        var listener = await ((IConnectionListenerFactory)transport).BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var near = await ((IConnectionFactory)transport).ConnectAsync(listener.EndPoint);
        var far = await listener.AcceptAsync();
        return new ConnectionPair(listener, near, far!);
    }

    public static FrameConnection Frames(ConnectionContext context, TransportOptions? options = null,
        TimeProvider? time = null, bool holdsBack = true, KeepAliveBeat? beat = null) =>
        new(context, options ?? new TransportOptions(), time ?? TimeProvider.System, NullLogger.Instance, holdsBack, beat);

    public async ValueTask DisposeAsync()
    {
        Near.Abort();
        Far.Abort();
        await Near.DisposeAsync();
        await Far.DisposeAsync();
        await _listener.DisposeAsync();
    }
}

/// <summary>Keeps the frames that arrive.</summary>
internal sealed class FrameLog : IFrameHandler
{
    public ConcurrentQueue<(FrameKind Kind, byte[] Payload)> Frames { get; } = new();

    public bool IsAwaiting { get; set; } = true;

    public void OnFrame(FrameKind kind, in ReadOnlySequence<byte> payload) => Frames.Enqueue((kind, payload.ToArray()));

    public static byte[] Frame(FrameKind kind, params ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameConnection.HeaderBytes + payload.Length];
        BitConverter.TryWriteBytes(frame, payload.Length + 1);
        frame[4] = (byte)kind;
        payload.CopyTo(frame.AsSpan(5));
        return frame;
    }
}
