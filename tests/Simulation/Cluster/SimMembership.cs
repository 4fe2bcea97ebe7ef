using System.Collections.Immutable;
using Orchestration.Runtime.Membership;
using Orchestration.Simulation.Time;
using Orleans.Runtime;

namespace Orchestration.Simulation.Cluster;

/// <summary>
/// The membership as a table and as each silo sees it: late, and each at its own time, so that for a while silos see different
/// clusters. A silo that finds itself declared dead ends itself.
/// </summary>
internal sealed class SimMembershipTable(SimLoop loop)
{
    private readonly List<SimMembership> _views = [];

    public ClusterMembershipSnapshot Current { get; private set; } =
        new(ImmutableDictionary<SiloAddress, ClusterMember>.Empty, new MembershipVersion(0));

    public void Join(SimMembership view) => _views.Add(view);

    public void Leave(SimMembership view) => _views.Remove(view);

    /// <summary>Writes a silo's state; never back to an earlier one.</summary>
    public bool Write(SiloAddress silo, SiloStatus status, string name)
    {
        if (Current.GetSiloStatus(silo) >= status) return false;
        Current = new(Current.Members.SetItem(silo, new ClusterMember(silo, status, name)),
            new MembershipVersion(Current.Version.Value + 1));
        foreach (var view in _views) Tell(view);
        return true;
    }

    /// <summary>Tells one silo of the table as it is then, some time from now.</summary>
    public void Tell(SimMembership view)
    {
        var snapshot = Current;
        var delay = loop.Random.Chance(0.2) ? loop.Random.Between(TimeSpan.Zero, TimeSpan.FromSeconds(3))
            : loop.Random.About(TimeSpan.FromMilliseconds(5));
        loop.After(view.Lane, delay, () => view.Learn(snapshot));
    }
}

/// <summary>One silo's view.</summary>
internal sealed class SimMembership(
    SimMembershipTable table, SimLane lane, SiloAddress local, string name, Func<bool> isReachable, Action declaredDead)
    : ILocalMembership
{
    private readonly Latest<ClusterMembershipSnapshot> _latest = new(table.Current);

    public SimLane Lane => lane;

    public ClusterMembershipSnapshot CurrentSnapshot => _latest.Value;

    public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => _latest.UpdatesAsync();

    public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) => default;

    public Task<bool> TryKill(SiloAddress siloAddress) => Task.FromResult(table.Write(siloAddress, SiloStatus.Dead, "killed"));

    public async Task SetStatusAsync(SiloStatus status, CancellationToken cancellation)
    {
        var written = new TaskCompletionSource();
        lane.Loop.After(lane, lane.Loop.Random.About(TimeSpan.FromMilliseconds(2)), () =>
        {
            if (status == SiloStatus.Joining) table.Join(this);
            table.Write(local, status, name);
            Learn(table.Current);
            written.TrySetResult();
        });
        await written.Task;
    }

    public void Learn(ClusterMembershipSnapshot snapshot)
    {
        if (lane.IsClosed) return;
        if (!isReachable())
        {
            table.Tell(this); // the news waits for the way to the table
            return;
        }

        if (snapshot.Version.Value <= CurrentSnapshot.Version.Value) return;
        if (snapshot.GetSiloStatus(local) == SiloStatus.Dead && CurrentSnapshot.GetSiloStatus(local) < SiloStatus.ShuttingDown)
        {
            declaredDead();
            return;
        }

        _latest.Set(snapshot, last: false);
    }
}
