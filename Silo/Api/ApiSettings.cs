using System.Globalization;
using System.Net;
using Orchestration.Workflows;

namespace Orchestration.Silo.Api;

/// <summary>Where the HTTP API listens, and who may use it.</summary>
/// <param name="Endpoint">Where it listens; null for not at all.</param>
/// <param name="IsChosen">Whether somebody chose that place: else another port does where it is taken.</param>
/// <param name="KeyFile">The file with the API keys; null where none are needed.</param>
internal sealed record ApiSettings(IPEndPoint? Endpoint, bool IsChosen, FileInfo? KeyFile)
{
    /// <summary>
    /// Whether values that passed a codec are decoded for whoever may use the API; else they are shown as they are stored.
    /// </summary>
    public bool DecodesPayloads { get; init; }

    /// <summary>The port unless one is chosen.</summary>
    public const int DefaultPort = 8233;

    /// <summary>What a silo has whose command line says nothing.</summary>
    public static ApiSettings Default { get; } = new(new IPEndPoint(IPAddress.Loopback, DefaultPort), false, null);

    /// <summary>No API.</summary>
    public static ApiSettings Off { get; } = new(null, true, null);

    /// <summary>Whether only this machine reaches it.</summary>
    public bool IsLoopback => Endpoint is null || IPAddress.IsLoopback(Endpoint.Address);

    /// <summary>Reads what stands after <c>--http</c>.</summary>
    /// <returns>What is wrong with it; null for nothing.</returns>
    public static string? TryParse(string text, out IPEndPoint? endpoint)
    {
        endpoint = null;
        if (text.Equals("off", StringComparison.OrdinalIgnoreCase)) return null;
        if (text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase)) text = "127.0.0.1" + text["localhost".Length..];
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            if (port > IPEndPoint.MaxPort) return $"{port} is no port: 0 to 65535.";
            endpoint = new IPEndPoint(IPAddress.Loopback, port);
            return null;
        }

        if (IPEndPoint.TryParse(text, out endpoint) && HasPort(text)) return null;
        endpoint = null;
        return $"'{text}' is no place to listen at: ADDRESS:PORT (127.0.0.1:8233), PORT (8233, on the loopback interface), or "
            + "off.";
    }

    // An IPv6 address without brackets has colons of its own.
    private static bool HasPort(string text) => text.StartsWith('[')
        ? text.Contains("]:", StringComparison.Ordinal) : text.IndexOf(':', StringComparison.Ordinal) is > 0 and var first
            && first == text.LastIndexOf(':');

    /// <summary>Refuses what would let anybody on the network in.</summary>
    /// <exception cref="InvalidRequest">It is open to other machines, and no key is needed.</exception>
    public void Check()
    {
        if (IsLoopback || KeyFile is not null) return;
        throw new InvalidRequest(
            $"--http {Endpoint} would let every machine that reaches it start and end workflows. Name a file with an API key "
            + "(--api-key-file PATH, a line of 16 characters or more), or listen on the loopback interface (--http 127.0.0.1:"
            + $"{Endpoint!.Port}).");
    }
}
