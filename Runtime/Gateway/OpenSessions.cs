using System.Collections.Immutable;
using Orchestration.Runtime.Placement;
using Orleans.Runtime;

namespace Orchestration.Runtime.Gateway;

/// <summary>
/// The connections of a client, and which of them a grain's calls take: the one with the silo that most likely has the grain, so
/// that they need not be passed on. Immutable.
/// </summary>
internal sealed class OpenSessions
{
    private readonly HashRing _ring;
    private readonly Dictionary<SiloAddress, ClientSession> _bySilo = [];

    private OpenSessions(ImmutableArray<ClientSession> all)
    {
        All = all;
        foreach (var session in all)
            if (session.Silo is { } silo) _bySilo[silo] = session;
        _ring = new HashRing(_bySilo.Keys);
    }

    public static OpenSessions None { get; } = new([]);

    public ImmutableArray<ClientSession> All { get; }

    public OpenSessions Add(ClientSession session) => new(All.Add(session));

    public OpenSessions Remove(ClientSession session) => All.Contains(session) ? new(All.Remove(session)) : this;

    /// <summary>The connection for a grain; there must be one. The same as long as the connections are.</summary>
    public ClientSession For(GrainId grain)
    {
        if (All.Length == 1) return All[0];
        var hash = grain.GetUniformHashCode();
        return _ring.OwnerOf(hash) is { } owner ? _bySilo[owner] : All[(int)(hash % (uint)All.Length)];
    }
}
