using Orchestration.Grains.Activities;
using Orchestration.Grains.Interfaces;
using Orchestration.Grains.Kernel;

namespace Orchestration.Grains.Placement;

/// <summary>
/// Chooses hosts for attempts: this silo while it takes any, since arguments and results then cross no wire; else another one in
/// full service. <see cref="ChooseHost"/> is where load comes in once a cluster reports it. Thread-safe.
/// </summary>
internal sealed class ActivityPlacement(ClusterView cluster, ActivityHost host) : IActivityPlacement
{
    /// <inheritdoc/>
    /// <returns>The silo's name; <see cref="SiloKey.Nowhere"/> while no live silo takes attempts.</returns>
    public string ChooseHost(string activityType)
    {
        if (host.TakesAttempts) return cluster.LocalKey;
        var others = cluster.ActiveSilos.Where(silo => silo != cluster.LocalKey).ToArray();
        return others.Length == 0 ? SiloKey.Nowhere : others[Chance.Next(others.Length)];
    }

    /// <inheritdoc/>
    public bool IsAlive(string host) => cluster.IsAlive(host);
}
