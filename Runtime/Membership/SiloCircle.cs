using Orleans.Runtime;

namespace Orchestration.Runtime.Membership;

/// <summary>
/// The silos in an order that all agree on, closed to a circle: each probes a few that follow it, so the work of each stays the
/// same however many there are. Immutable.
/// </summary>
internal sealed class SiloCircle
{
    private readonly SiloAddress[] _others;
    private readonly HashSet<SiloAddress> _active;

    public SiloCircle(ClusterMembershipSnapshot snapshot, SiloAddress local)
    {
        var members = snapshot.Members.Values
            .Where(member => member.Status is not (SiloStatus.Dead or SiloStatus.None or SiloStatus.Created)).ToArray();
        _active = [.. members.Where(static member => member.Status == SiloStatus.Active)
            .Select(static member => member.SiloAddress)];

        // Starting behind the local silo, so that the first are those that follow it and the last those before it.
        var here = Place(local);
        _others = [.. members.Select(static member => member.SiloAddress).Where(silo => !silo.Equals(local))
            .OrderBy(silo => Place(silo).CompareTo(here) < 0).ThenBy(Place)];
    }

    /// <summary>The other silos, those that follow the local one first.</summary>
    public IReadOnlyList<SiloAddress> Others => _others;

    /// <summary>The other silos in full service.</summary>
    public IEnumerable<SiloAddress> OtherActive => _others.Where(_active.Contains);

    /// <summary>The silos that follow the local one.</summary>
    public IEnumerable<SiloAddress> Following(int count) => _others.Take(count);

    /// <summary>The silos in full service among those that have the local one as one of the next.</summary>
    public IEnumerable<SiloAddress> Watching(int count) => _others.TakeLast(count).Where(_active.Contains);

    /// <summary>Whether the local silo is among the few before another.</summary>
    public bool IsNear(SiloAddress silo, int count)
    {
        var index = Array.IndexOf(_others, silo);
        return index >= 0 && index < count;
    }

    /// <summary>
    /// A constant number of silos to pass news to, at distances that let it reach everyone soon: the next, one a cube root away,
    /// and one its square away.
    /// </summary>
    public IEnumerable<SiloAddress> ToTell()
    {
        var step = Math.Max(1, (int)Math.Ceiling(Math.Cbrt(_others.Length + 1)));
        return new[] { 1, step, step * step }.Distinct().Where(distance => distance <= _others.Length)
            .Select(distance => _others[distance - 1]);
    }

    private static (int Hash, SiloAddress Silo) Place(SiloAddress silo) => (silo.GetConsistentHashCode(), silo);
}
