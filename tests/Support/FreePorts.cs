using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Orchestration.Tests.Support;

/// <summary>
/// Ports for servers that must be told theirs before they start. They lie below those that systems hand out by themselves (32,768
/// and up on Linux, 49,152 elsewhere), so that no connection that some other test opens meanwhile takes one; no two calls get the
/// same, of whatever process, as long as that lives. A server that can say which port it took is given 0 instead.
/// </summary>
public static class FreePorts
{
    private const int First = 20_000;
    private const int Count = 12_000;

    // A port's datagram half is held for as long as the process lives: other processes see by it whose the port is.
    private static readonly ConcurrentBag<Socket> s_held = [];

    private static int _next = Random.Shared.Next(Count);

    /// <summary>A port that nobody listens at.</summary>
    /// <param name="address">Where; the loopback interface unless given.</param>
    public static int Take(IPAddress? address = null)
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % Count);
            var place = new IPEndPoint(address ?? IPAddress.Loopback, port);
            if (TryHold(place) && IsFree(place)) return port;
        }

        throw new InvalidOperationException($"No port from {First} to {First + Count - 1} is free.");
    }

    private static bool TryHold(IPEndPoint place)
    {
        var socket = new Socket(place.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(place);
            s_held.Add(socket);
            return true;
        }
        catch (SocketException e) when (IsTaken(e))
        {
            socket.Dispose();
            return false;
        }
    }

    private static bool IsTaken(SocketException e) =>
        e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied;

    private static bool IsFree(IPEndPoint place)
    {
        using var listener = new TcpListener(place);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException e) when (IsTaken(e))
        {
            return false;
        }
    }
}
