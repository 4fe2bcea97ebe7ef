using System.Globalization;

namespace Orchestration.Chaos.Network;

/// <summary>The network of the silos, as it is cut and mended. All of it is in this run's own namespaces.</summary>
internal sealed class SiloNetwork(string prefix, int silos)
{
    /// <summary>Where the database and the clients are.</summary>
    public const string HubAddress = "10.77.0.1";

    /// <summary>The name of the hub's namespace.</summary>
    public static string HubOf(string prefix) => $"{prefix}-hub";

    /// <summary>The name of a silo's namespace.</summary>
    public static string NameOf(string prefix, int silo) => string.Create(CultureInfo.InvariantCulture, $"{prefix}-s{silo}");

    /// <summary>The name of the hub's end of a silo's link.</summary>
    public static string LinkOf(int silo) => string.Create(CultureInfo.InvariantCulture, $"silo{silo}");

    /// <summary>A silo's address.</summary>
    public static string AddressOf(int silo) => string.Create(CultureInfo.InvariantCulture, $"10.77.0.{silo + 10}");

    /// <summary>What to put before a command that is to run in a silo's namespace.</summary>
    public IReadOnlyList<string> EntranceOf(int silo) => ["ip", "netns", "exec", NameOf(prefix, silo)];

    /// <summary>Cuts a silo off from everybody.</summary>
    public static Task IsolateAsync(int silo) => Commands.ShellAsync($"ip link set {LinkOf(silo)} down");

    /// <summary>Cuts a silo off from all other silos, not from the database and the clients.</summary>
    public Task CutPeersAsync(int silo) => Commands.ShellAsync(string.Join('\n', Enumerable.Range(0, silos)
        .Where(other => other != silo).Select(other => Drop(silo, AddressOf(other)))));

    /// <summary>Cuts two silos off from each other.</summary>
    public Task CutPairAsync(int one, int other) => Commands.ShellAsync(Drop(one, AddressOf(other)));

    /// <summary>Cuts a silo off from the database, not from clients and silos.</summary>
    public Task CutStoreAsync(int silo, int port) => Commands.ShellAsync($"""
        ip netns exec {NameOf(prefix, silo)} iptables -A OUTPUT -p tcp -d {HubAddress} --dport {port} -j DROP
        ip netns exec {NameOf(prefix, silo)} iptables -A INPUT -p tcp -s {HubAddress} --sport {port} -j DROP
        """);

    /// <summary>Mends all that was cut at a silo's.</summary>
    public Task MendAsync(int silo) => Commands.ShellAsync($"""
        ip netns exec {NameOf(prefix, silo)} iptables -F
        ip link set {LinkOf(silo)} up
        """);

    private string Drop(int silo, string address) => $"""
        ip netns exec {NameOf(prefix, silo)} iptables -A INPUT -s {address} -j DROP
        ip netns exec {NameOf(prefix, silo)} iptables -A OUTPUT -d {address} -j DROP
        """;
}
