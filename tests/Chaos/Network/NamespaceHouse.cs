using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Orchestration.Chaos.Network;

/// <summary>
/// Makes the network namespaces: a hub with a bridge, where the database and the clients are, and one a silo, each joined to the
/// bridge by a pair of virtual links. They have no way out of the machine. They go with this process, however it ends.
/// </summary>
internal static class NamespaceHouse
{
    /// <summary>Runs this program again within the hub, and ends what is left there when it has ended.</summary>
    public static async Task<int> RunInsideAsync(int silos, string[] args)
    {
        if (!OperatingSystem.IsLinux()) throw new ChaosUnable("Network namespaces are Linux's; run it there.");
        if (Environment.UserName != "root")
            throw new ChaosUnable("Network namespaces take root's rights: run it as root; no partition can be made without.");
        foreach (var program in (string[])["ip", "iptables"])
            if (!Commands.Exist(program))
                throw new ChaosUnable($"{program} is missing: apt-get install iproute2 iptables.");

        var prefix = string.Create(CultureInfo.InvariantCulture, $"orch{Environment.ProcessId}");
        using var keeper = StartKeeper(prefix, silos);
        try
        {
            await Commands.ShellAsync(Making(prefix, silos));
            var start = new ProcessStartInfo("ip");
            string[] all = ["netns", "exec", SiloNetwork.HubOf(prefix), "dotnet", typeof(NamespaceHouse).Assembly.Location,
                .. args, "--inside", prefix];
            foreach (var argument in all) start.ArgumentList.Add(argument);
            using var inside = Process.Start(start)!;
            await inside.WaitForExitAsync();
            return inside.ExitCode;
        }
        finally
        {
            keeper.StandardInput.Close();
            await keeper.WaitForExitAsync();
        }
    }

    private static string Making(string prefix, int silos)
    {
        var hub = SiloNetwork.HubOf(prefix);
        var script = new StringBuilder().Append(null, $"""
            ip netns add {hub}
            ip -n {hub} link set lo up
            ip -n {hub} link add br0 type bridge
            ip -n {hub} addr add {SiloNetwork.HubAddress}/24 dev br0
            ip -n {hub} link set br0 up

            """);
        for (var i = 0; i < silos; i++)
        {
            var (name, link) = (SiloNetwork.NameOf(prefix, i), SiloNetwork.LinkOf(i));
            script.Append(null, $"""
                ip netns add {name}
                ip -n {name} link set lo up
                ip -n {hub} link add {link} type veth peer name eth0 netns {name}
                ip -n {hub} link set {link} master br0 up
                ip -n {name} addr add {SiloNetwork.AddressOf(i)}/24 dev eth0
                ip -n {name} link set eth0 up

                """);
        }

        return script.ToString();
    }

    /// <summary>Ends what runs in the namespaces and removes them once this process lets go of the pipe.</summary>
    private static Process StartKeeper(string prefix, int silos)
    {
        var hub = SiloNetwork.HubOf(prefix);
        var names = string.Join(' ', Enumerable.Range(0, silos).Select(i => SiloNetwork.NameOf(prefix, i)).Append(hub));
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, WorkingDirectory = "/" };
        start.ArgumentList.Add("-c");

        // The database's own keeper stops it and removes its files, as soon as its starter in the hub is gone.
        start.ArgumentList.Add($$"""
            trap '' INT TERM
            exec 2>/dev/null
            cat >/dev/null
            for n in {{names}}; do for p in $(ip netns pids $n); do
                grep -qa -e pg_ctl -e postgres /proc/$p/cmdline || kill -9 $p; done; done
            i=0; while [ $i -lt 50 ] && [ -n "$(ip netns pids {{hub}})" ]; do sleep 0.1; i=$((i + 1)); done
            for n in {{names}}; do ip netns pids $n | xargs -r kill -9; ip netns del $n; done
            """);
        return Process.Start(start)!;
    }
}
