using System.Collections.Immutable;
using System.Net;
using Orchestration.Grains.Placement;
using Orchestration.Runtime.Membership;
using Orleans.Runtime;

namespace Orchestration.Grains.Tests.Support;

/// <summary>A membership that the test decides. Starts with the local silo alone, in full service.</summary>
internal sealed class ScriptedMembership : IClusterMembershipService
{
    private readonly Latest<ClusterMembershipSnapshot> _latest = new(
        new ClusterMembershipSnapshot(ImmutableDictionary<SiloAddress, ClusterMember>.Empty, new MembershipVersion(1)));

    public ClusterMembershipSnapshot CurrentSnapshot => _latest.Value;

    public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => _latest.UpdatesAsync();

    /// <summary>How often the table was asked.</summary>
    public int Refreshes { get; private set; }

    /// <summary>What asking the table brings to light.</summary>
    public Action? OnRefresh { get; set; }

    public static SiloAddress Silo(int number) => SiloAddress.New(IPAddress.Parse("10.0.0.1"), 11110 + number, number);

    public static string Key(int number) => SiloKey.Of(Silo(number));

    public void Set(int number, SiloStatus status) => Set(Silo(number), status);

    public void Set(SiloAddress silo, SiloStatus status)
    {
        var now = CurrentSnapshot;
        _latest.Set(
            new ClusterMembershipSnapshot(
                now.Members.SetItem(silo, new ClusterMember(silo, status, "silo")), new MembershipVersion(now.Version.Value + 1)),
            last: false);
    }

    public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default)
    {
        Refreshes++;
        OnRefresh?.Invoke();
        return ValueTask.CompletedTask;
    }

    public Task<bool> TryKill(SiloAddress siloAddress) => Task.FromResult(false);
}
