using Orchestration.Grains.Activities;
using Orchestration.Grains.Interfaces;
using Orchestration.Grains.Kernel;

namespace Orchestration.Grains.Placement;

/// <summary>
/// Chooses hosts for attempts: this silo while it has a slot for one, since arguments and results then cross no wire; else, of
/// two others in full service and itself, the one with most room. So the fan-out of one busy silo spreads over the cluster, and
/// no silo needs to know more of the others than what they last answered. An activity that is not hosted here goes to one of
/// those that may host it; to this silo, which says that it does not have it, only where none of them does. Thread-safe.
/// </summary>
/// <param name="cluster">The silos.</param>
/// <param name="host">This silo's own host.</param>
/// <param name="loads">What is known of the room of all.</param>
/// <param name="isHere">Whether this silo hosts an activity.</param>
/// <param name="isKnownToLack">Whether another silo is known not to.</param>
internal sealed class ActivityPlacement(
    ClusterView cluster, ActivityHost host, HostLoads loads, Func<string, bool> isHere, Func<string, string, bool> isKnownToLack)
    : IActivityPlacement
{
    /// <inheritdoc/>
    /// <returns>The silo's name; <see cref="SiloKey.Nowhere"/> while no live silo takes attempts.</returns>
    public string ChooseHost(string activityType)
    {
        var others = cluster.OtherActiveSilos;
        if (others.Length == 0) return host.TakesAttempts ? cluster.LocalKey : SiloKey.Nowhere;
        var room = host.TakesAttempts ? loads.LocalRoom : int.MinValue;
        var mayStay = isHere(activityType);
        var other = room > 0 && mayStay ? null : Roomier(others, activityType);
        if (other is null || (mayStay && host.TakesAttempts && loads.RoomOf(other) <= room))
        {
            if (!host.TakesAttempts) return SiloKey.Nowhere;
            loads.PromiseLocal();
            return cluster.LocalKey;
        }

        loads.Promise(other);
        return other;
    }

    /// <inheritdoc/>
    public bool IsAlive(string host) => cluster.IsAlive(host);

    /// <summary>
    /// The better of two at random. Always the best one of all would draw the fan-outs of all silos onto one host at once.
    /// </summary>
    private string? Roomier(string[] others, string activityType)
    {
        var first = Next(others, Chance.Next(others.Length), activityType);
        if (first < 0) return null;
        var second = Next(others, Chance.Next(others.Length), activityType);
        return loads.RoomOf(others[second]) > loads.RoomOf(others[first]) ? others[second] : others[first];
    }

    /// <summary>The place of the first silo from there on that may have the activity; below zero where none has.</summary>
    private int Next(string[] others, int from, string activityType)
    {
        for (var i = 0; i < others.Length; i++)
        {
            var place = (from + i) % others.Length;
            if (MayHave(others[place], activityType)) return place;
        }

        return -1;
    }

    // Who hosts what is looked up only for what this silo lacks: silos that are alike never ask.
    private bool MayHave(string silo, string activityType) =>
        loads.MayHave(silo, activityType) && (isHere(activityType) || !isKnownToLack(silo, activityType));
}
