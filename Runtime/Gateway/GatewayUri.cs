using System.Net;
using Orleans.Runtime;

namespace Orchestration.Runtime.Gateway;

/// <summary>The form in which gateways are listed: <c>gwy.tcp://address:port/generation</c>.</summary>
internal static class GatewayUri
{
    private const string Scheme = "gwy.tcp";

    public static Uri Of(IPEndPoint endpoint) => new($"{Scheme}://{endpoint}/0");

    /// <exception cref="OrleansConfigurationException">This is no such address.</exception>
    public static IPEndPoint EndPointOf(Uri uri) =>
        uri is { IsAbsoluteUri: true, Scheme: Scheme } && IPAddress.TryParse(uri.Host, out var address)
            ? new IPEndPoint(address, uri.Port)
            : throw new OrleansConfigurationException($"'{uri}' is no gateway; expected is {Scheme}://address:port/0.");
}
