using System.Collections.Immutable;
using Orleans.Runtime;

namespace Orchestration.Runtime.Membership;

/// <summary>The membership of a silo on its own: itself. Thread-safe.</summary>
internal sealed class SingleSiloMembership : ILocalMembership
{
    private readonly Lock _gate = new();
    private readonly ILocalSiloDetails _local;
    private readonly Latest<ClusterMembershipSnapshot> _latest;

    public SingleSiloMembership(ILocalSiloDetails local)
    {
        _local = local;
        _latest = new(SnapshotOf(SiloStatus.Created, new MembershipVersion(0)));
    }

    public Task? CatchingUp => null;

    public ClusterMembershipSnapshot CurrentSnapshot => _latest.Value;

    public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => _latest.UpdatesAsync();

    public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) =>
        ValueTask.CompletedTask;

    public Task<bool> TryKill(SiloAddress siloAddress) => Task.FromResult(false);

    public Task SetStatusAsync(SiloStatus status, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (CurrentSnapshot.GetSiloStatus(_local.SiloAddress) >= status) return Task.CompletedTask;
            _latest.Set(SnapshotOf(status, new MembershipVersion(CurrentSnapshot.Version.Value + 1)),
                last: status == SiloStatus.Dead);
        }

        return Task.CompletedTask;
    }

    private ClusterMembershipSnapshot SnapshotOf(SiloStatus status, MembershipVersion version) =>
        new(
            ImmutableDictionary<SiloAddress, ClusterMember>.Empty.Add(
                _local.SiloAddress, new ClusterMember(_local.SiloAddress, status, _local.Name)),
            version);
}
