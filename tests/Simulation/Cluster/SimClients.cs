using Orchestration.Simulation.Time;

namespace Orchestration.Simulation.Cluster;

/// <summary>The clients' processes; one that dies is followed by another, which knows nothing of it.</summary>
internal sealed class SimClients
{
    private readonly SimClient[] _clients;
    private int _made;

    public SimClients(SimCluster cluster, int count)
    {
        Cluster = cluster;
        _clients = new SimClient[count];
        for (var i = 0; i < count; i++) _clients[i] = new SimClient(cluster, _made++);
    }

    public SimCluster Cluster { get; }

    /// <summary>One that lives.</summary>
    public SimClient Choose(SimRandom random) => _clients[random.Next(_clients.Length)];

    /// <summary>One of them dies.</summary>
    public void Crash(SimRandom fate)
    {
        var place = fate.Next(_clients.Length);
        _clients[place].Kill();
        _clients[place] = new SimClient(Cluster, _made++);
    }
}
