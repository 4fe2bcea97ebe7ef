using Orchestration.Grains.Storage;

namespace Orchestration.Simulation.Cluster;

/// <summary>Seams that break the rules, one each. They exist in tests only.</summary>
internal static class SimBreaks
{
    public static IHistoryStore Store(SimCluster cluster, SimSilo silo, IHistoryStore inner) => inner;
}
