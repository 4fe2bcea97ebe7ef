using Orchestration.Simulation.Time;

namespace Orchestration.Simulation.Cluster;

/// <summary>What befalls silos.</summary>
internal static class SimDisasters
{
    /// <summary>Places for silos beyond those that the world began with.</summary>
    private const int MorePlaces = 2;

    public static void Strike(SimCluster cluster, SimClients clients, SimRandom fate, int silos)
    {
        SimSilo[] all = [.. cluster.Silos];
        if (all.Length == 0) return;
        var silo = all[fate.Next(all.Length)];
        var loop = cluster.Loop;
        switch (fate.Next(10))
        {
            case 0 or 1:
                cluster.Crash(silo);
                loop.After(loop.World, fate.Between(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(10)),
                    () => cluster.Restart(silo.Number));
                break;
            case 2:
                Pause(cluster, fate, silo);
                break;
            case 3:
                Isolate(cluster, fate, silo);
                break;
            case 4 when cluster.Faults.ClocksJump:
                silo.Clock.Offset += fate.Between(TimeSpan.FromMinutes(-5), TimeSpan.FromMinutes(5));
                break;
            case 5:
                silo.IsStoreReachable = false;
                loop.After(loop.World, fate.Between(TimeSpan.Zero, TimeSpan.FromSeconds(8)), () => silo.IsStoreReachable = true);
                break;
            case 6 when silo.IsUp:
                cluster.Leave(silo);
                loop.After(loop.World, fate.Between(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(10)),
                    () => cluster.Restart(silo.Number));
                break;
            case 7:
                clients.Crash(fate);
                break;
            case 8:
                // One more joins. It stays, or goes again after a while, for good.
                var place = silos + fate.Next(MorePlaces);
                if (cluster.Wanted.Contains(place) || cluster.At(place) is not null) break;
                cluster.Want(place, true);
                cluster.Start(place);
                if (fate.Chance(0.3)) break;
                loop.After(loop.World, fate.Between(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(12)),
                    () => Retire(cluster, place));
                break;
            default:
                // Taken for dead by the others though it lives, and it learns of it late: two activations of its grains.
                cluster.Declare(silo);
                loop.After(loop.World, TimeSpan.FromSeconds(8), () => cluster.Restart(silo.Number));
                break;
        }
    }

    private static void Retire(SimCluster cluster, int place)
    {
        cluster.Want(place, false);
        if (cluster.At(place) is not { } silo) return;
        if (silo.IsUp) cluster.Leave(silo);
        else cluster.Crash(silo);
    }

    private static void Pause(SimCluster cluster, SimRandom fate, SimSilo silo)
    {
        silo.Lane.IsPaused = true;
        var length = fate.Between(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(12));
        cluster.Loop.After(cluster.Loop.World, length, () => silo.Lane.IsPaused = false);
        cluster.Loop.After(cluster.Loop.World, length + TimeSpan.FromSeconds(5), () => cluster.Restart(silo.Number));
    }

    private static void Isolate(SimCluster cluster, SimRandom fate, SimSilo silo)
    {
        cluster.Network.Isolate(silo.Name, bothWays: fate.Chance(0.6));
        silo.IsTableReachable = fate.Chance(0.5);
        var length = fate.Between(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(12));
        cluster.Loop.After(cluster.Loop.World, length, () =>
        {
            cluster.Network.Heal();
            silo.IsTableReachable = true;
        });
        cluster.Loop.After(cluster.Loop.World, length + TimeSpan.FromSeconds(5), () => cluster.Restart(silo.Number));
    }
}
