using System.Collections.Concurrent;
using Orchestration.Grains.Activities;

namespace Orchestration.Grains.Placement;

/// <summary>
/// How many attempts the hosts have room for, so that a busy silo spreads its attempts. Of its own host a silo knows it; another
/// silo's says it with each dispatch that it answers, and for a second that is what it is taken to have, less what was
/// decided to go there since. Estimates, all of them: a host that is full lets attempts wait. Thread-safe, without a lock.
/// </summary>
internal sealed class HostLoads
{
    /// <summary>For how long an answer counts. After it a host is taken to have as much room as this silo has in all.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Load> _others = new(StringComparer.Ordinal);
    private readonly ActivityHost _host;
    private readonly TimeProvider _time;
    private readonly Load _promised; // to this silo's own host: decided, and not there yet

    public HostLoads(ActivityHost host, ClusterView cluster, TimeProvider time)
    {
        _host = host;
        _time = time;
        _promised = new Load(0, time.GetTimestamp());
        cluster.SiloLost += silo => _others.TryRemove(silo, out _);
    }

    /// <summary>The room of this silo's own host; below zero where attempts wait.</summary>
    public int LocalRoom => _host.Room - Math.Max(0, Current(_promised, 0));

    /// <summary>An attempt was decided to go to this silo's own host.</summary>
    public void PromiseLocal() => Interlocked.Increment(ref _promised.Value);

    /// <summary>Attempts have come to this silo's own host.</summary>
    public void ArrivedLocally(int attempts) => Interlocked.Add(ref _promised.Value, -attempts);

    /// <summary>The room of another silo's host.</summary>
    public int RoomOf(string silo) => Current(LoadOf(silo), _host.Capacity);

    /// <summary>An attempt was decided to go to another silo.</summary>
    public void Promise(string silo) => Interlocked.Decrement(ref LoadOf(silo).Value);

    /// <summary>Another silo's host has answered.</summary>
    public void Heard(string silo, int room)
    {
        var load = LoadOf(silo);
        Volatile.Write(ref load.Value, room);
        Volatile.Write(ref load.Since, _time.GetTimestamp());
    }

    /// <summary>Another silo's host does not have an activity of that name.</summary>
    public void Lacks(string silo, string activityType) => LoadOf(silo).Lacking.TryAdd(activityType, 0);

    /// <summary>Whether another silo's host may have an activity of that name, as far as it has said.</summary>
    public bool MayHave(string silo, string activityType) =>
        !_others.TryGetValue(silo, out var load) || !load.Lacking.ContainsKey(activityType);

    private Load LoadOf(string silo) => _others.TryGetValue(silo, out var load)
        ? load : _others.GetOrAdd(silo, new Load(_host.Capacity, _time.GetTimestamp()));

    // What was promised and never came (a turn that was not committed, a retry far ahead) is forgotten with the rest.
    private int Current(Load load, int unknown)
    {
        var since = Volatile.Read(ref load.Since);
        if (_time.GetElapsedTime(since) >= Fresh
            && Interlocked.CompareExchange(ref load.Since, _time.GetTimestamp(), since) == since)
            Volatile.Write(ref load.Value, unknown);
        return Volatile.Read(ref load.Value);
    }

    private sealed class Load(int value, long since)
    {
        public int Value = value;
        public long Since = since;

        public ConcurrentDictionary<string, byte> Lacking { get; } = new(StringComparer.Ordinal);
    }
}
