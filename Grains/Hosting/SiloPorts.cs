using System.Net;
#if ORLEANS
using System.Net.Sockets;
#endif

namespace Orchestration.Grains.Hosting;

/// <summary>Ports for silos that may listen wherever there is room.</summary>
public static class SiloPorts
{
    /// <summary>
    /// The port to give to <c>UseLocalhostClustering</c> and <c>ConfigureEndpoints</c>. The bundled runtime takes 0 for any free
    /// port; Orleans wants a number, and takes a gateway port of 0 for no gateway, so that a free one is looked for.
    /// </summary>
    /// <param name="port">The port asked for; 0 is any free one.</param>
    /// <param name="address">Where it is to be free; the loopback interface unless given.</param>
    /// <remarks>
    /// On Orleans the port is looked for below those that systems give out by themselves (32,768 and up on Linux, 49,152
    /// elsewhere), so that no connection takes it before the silo does. Another process may still name it; the silo then does not
    /// start. Whoever cannot bear that names its ports.
    /// </remarks>
    /// <exception cref="InvalidOperationException">On Orleans: no port is free.</exception>
    public static int OrFree(int port, IPAddress? address = null)
    {
#if ORLEANS
        return port != 0 ? port : Free(address ?? IPAddress.Loopback);
#else
        _ = address;
        return port;
#endif
    }

#if ORLEANS
    private const int First = 20_000;
    private const int Count = 12_000;

    private static int _next = Random.Shared.Next(Count);

    private static int Free(IPAddress address)
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % Count);
            using var listener = new TcpListener(address, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // The next one, then.
            }
        }

        throw new InvalidOperationException(
            $"No port from {First} to {First + Count - 1} of {address} is free; name the silo's ports.");
    }
#endif
}
