using Orchestration.Runtime.Gateway;
using Orchestration.Runtime.Messaging;
using Orchestration.Runtime.Serialization;
using Orchestration.Simulation.Time;

namespace Orchestration.Simulation.Cluster;

/// <summary>
/// The wires between parties. What crosses them is the bytes that would cross real ones. A message may be late, be overtaken,
/// come
/// twice, or be lost; one into a partition is lost; a call that waits for a dead process is told after a while, as by a reset
/// connection.
/// </summary>
internal sealed class SimNetwork(SimLoop loop, SimFaults faults)
{
    private readonly Dictionary<string, ISimHost> _hosts = [];
    private readonly HashSet<(string, string)> _cut = [];

    /// <summary>A process that takes calls.</summary>
    public void Attach(ISimHost host) => _hosts[host.Name] = host;

    /// <summary>A process is dead: whoever waits for it hears of that.</summary>
    public void Detach(ISimHost host)
    {
        _hosts.Remove(host.Name);
        foreach (var other in _hosts.Values) other.Calls.LosePeer(host.Name);
    }

    public bool IsReachable(string from, string to) => !_cut.Contains((from, to));

    /// <summary>Cuts a process off from all others, in both directions or one.</summary>
    public void Isolate(string host, bool bothWays)
    {
        foreach (var other in _hosts.Keys)
        {
            _cut.Add((host, other));
            if (bothWays) _cut.Add((other, host));
        }
    }

    public void Cut(string from, string to) => _cut.Add((from, to));

    public void Heal() => _cut.Clear();

    /// <summary>Sends a frame; it arrives, or not.</summary>
    public void Send(string from, string to, byte[] frame, Action<ISimHost, byte[]> arrive)
    {
        if (!_hosts.ContainsKey(to))
        {
            if (_hosts.TryGetValue(from, out var sender))
                loop.After(sender.Lane, loop.Random.About(TimeSpan.FromMilliseconds(2)), () => sender.Calls.LosePeer(to));
            return;
        }

        if (!IsReachable(from, to) || loop.Random.Chance(faults.LosesMessage)) return;
        var copies = loop.Random.Chance(faults.DoublesMessage) ? 2 : 1;
        for (var i = 0; i < copies; i++)
        {
            var delay = loop.Random.About(loop.Random.Chance(faults.DelaysMessage)
                ? TimeSpan.FromSeconds(2) : TimeSpan.FromMilliseconds(0.3));
            loop.After(loop.World, delay, () =>
            {
                if (!_hosts.TryGetValue(to, out var host) || !IsReachable(from, to)) return;
                host.Lane.Post(_ => arrive(host, frame), null);
            });
        }
    }

    /// <summary>The bytes of a call.</summary>
    public static byte[] Encode(WireSerializer serializer, Request request, long id)
    {
        var writer = WireWriter.Rent(serializer);
        try
        {
            MessageFormat.WriteRequest(writer, request, id, TimeSpan.FromSeconds(30));
            return writer.Written[FrameHeader..].ToArray();
        }
        finally
        {
            writer.Return();
        }
    }

    /// <summary>The bytes of an answer.</summary>
    public static byte[] EncodeReply(WireSerializer serializer, Request request)
    {
        var writer = WireWriter.Rent(serializer);
        try
        {
            MessageFormat.WriteResponse(writer, request);
            return writer.Written[FrameHeader..].ToArray();
        }
        finally
        {
            writer.Return();
        }
    }

    /// <summary>Length and kind of a frame.</summary>
    private const int FrameHeader = 5;
}

/// <summary>A process on the network.</summary>
internal interface ISimHost
{
    string Name { get; }

    SimLane Lane { get; }

    /// <summary>Its calls to others.</summary>
    SimCalls Calls { get; }

    /// <summary>What takes calls from others; null for clients and for silos that are not up yet.</summary>
    IRequestReceiver? Receiver { get; }

    /// <summary>Its clock for time-outs.</summary>
    PendingCalls? Pending { get; }
}
