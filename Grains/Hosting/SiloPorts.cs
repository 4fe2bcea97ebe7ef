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
    /// On Orleans another process may take the port before the silo does, which then does not start. Whoever cannot bear that
    /// names its ports.
    /// </remarks>
    public static int OrFree(int port, IPAddress? address = null)
    {
#if ORLEANS
        if (port != 0) return port;
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address ?? IPAddress.Loopback, 0));
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
#else
        _ = address;
        return port;
#endif
    }
}
