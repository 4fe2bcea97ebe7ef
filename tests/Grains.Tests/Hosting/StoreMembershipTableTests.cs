using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Messaging;
using Orleans.Runtime;

namespace Orchestration.Grains.Tests.Hosting;

/// <summary>What Orleans asks of a membership table, over the store's port.</summary>
public sealed class StoreMembershipTableTests
{
    private static readonly DateTime T0 = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly InMemoryMembershipStore _store = new();
    private readonly StoreMembershipTable _table;

    public StoreMembershipTableTests() => _table = TableOf("dev");

    [Fact]
    public async Task ReadAll_NothingWritten_HasAVersionToBuildOn()
    {
        await _table.InitializeMembershipTable(true);
        var empty = await _table.ReadAll();
        Assert.Empty(empty.Members);
        Assert.Equal(0, empty.Version.Version);
        Assert.True(await _table.InsertRow(Entry(1), empty.Version.Next()));
        Assert.Equal(1, (await _table.ReadAll()).Version.Version);
    }

    [Fact]
    public async Task InsertRow_AllThatARowHolds_IsReadBack()
    {
        var entry = Entry(1);
        entry.AddSuspector(Silo(2), T0.AddTicks(1234567));
        entry.RoleName = "role";
        entry.UpdateZone = 3;
        entry.FaultZone = 4;
        Assert.True(await _table.InsertRow(entry, (await _table.ReadAll()).Version.Next()));
        var (read, tag) = Assert.Single((await _table.ReadRow(entry.SiloAddress)).Members);
        Assert.NotEmpty(tag);
        Assert.Equal(entry.ToFullString(), read.ToFullString());
        Assert.Equal(DateTimeKind.Utc, read.IAmAliveTime.Kind);
        Assert.Empty((await _table.ReadRow(Silo(9))).Members);
    }

    [Fact]
    public async Task Writes_OnWhatIsNoLongerThere_AreRefused()
    {
        var before = (await _table.ReadAll()).Version;
        Assert.True(await _table.InsertRow(Entry(1), before.Next()));
        Assert.False(await _table.InsertRow(Entry(2), before.Next())); // an old version
        Assert.False(await _table.InsertRow(Entry(2), new TableVersion(7, "no tag of ours")));
        var now = await _table.ReadAll();
        Assert.False(await _table.InsertRow(Entry(1), now.Version.Next())); // there already
        var (entry, tag) = now.Members[0];
        entry.Status = SiloStatus.Active;
        Assert.False(await _table.UpdateRow(entry, tag, before.Next()));
        Assert.False(await _table.UpdateRow(entry, "stale", now.Version.Next()));
        Assert.False(await _table.UpdateRow(Entry(2), tag, now.Version.Next()));
        Assert.True(await _table.UpdateRow(entry, tag, now.Version.Next()));
        Assert.False(await _table.UpdateRow(entry, tag, now.Version.Next())); // once
        var after = await _table.ReadAll();
        Assert.Equal((2, SiloStatus.Active), (after.Version.Version, after.Members[0].Item1.Status));
    }

    [Fact]
    public async Task UpdateIAmAlive_SpoilsNobodysWrite()
    {
        Assert.True(await _table.InsertRow(Entry(1), (await _table.ReadAll()).Version.Next()));
        var seen = await _table.ReadAll();
        var beat = Entry(1);
        (beat.IAmAliveTime, beat.Status) = (T0.AddMinutes(1), SiloStatus.Dead);
        await _table.UpdateIAmAlive(beat);
        var (entry, tag) = Assert.Single((await _table.ReadAll()).Members);
        Assert.Equal((T0.AddMinutes(1), SiloStatus.Joining), (entry.IAmAliveTime, entry.Status));
        Assert.Equal(seen.Members[0].Item2, tag);
        Assert.True(await _table.UpdateRow(entry, tag, seen.Version.Next()));
    }

    [Fact]
    public async Task CleanupDefunctSiloEntries_SparesActiveOnesAndTheYoung()
    {
        foreach (var (number, status, age) in new[]
            { (1, SiloStatus.Dead, 9), (2, SiloStatus.Active, 9), (3, SiloStatus.Dead, 1) })
        {
            var entry = Entry(number);
            (entry.Status, entry.IAmAliveTime) = (status, T0.AddDays(-age));
            Assert.True(await _table.InsertRow(entry, (await _table.ReadAll()).Version.Next()));
        }

        await _table.CleanupDefunctSiloEntries(new DateTimeOffset(T0.AddDays(-7)));
        Assert.Equal(
            [Silo(2), Silo(3)], (await _table.ReadAll()).Members.Select(m => m.Item1.SiloAddress).OrderBy(s => s.Generation));
    }

    [Fact]
    public async Task TwoClusters_InOneStore_DoNotMeet()
    {
        var other = TableOf("other");
        Assert.True(await _table.InsertRow(Entry(1), (await _table.ReadAll()).Version.Next()));
        Assert.Empty((await other.ReadAll()).Members);
        Assert.True(await other.InsertRow(Entry(1), (await other.ReadAll()).Version.Next()));
        await _table.DeleteMembershipTableEntries("dev");
        Assert.Empty((await _table.ReadAll()).Members);
        Assert.Single((await other.ReadAll()).Members);
    }

    [Fact]
    public async Task GetGateways_OfSilosInService_AreTheirs()
    {
        foreach (var (number, status, port) in new[]
        {
            (1, SiloStatus.Active, 30001), (2, SiloStatus.Joining, 30002), (3, SiloStatus.Dead, 30003),
            (4, SiloStatus.Active, 0), (5, SiloStatus.ShuttingDown, 30005), (6, SiloStatus.Active, 30006),
        })
        {
            var entry = Entry(number);
            (entry.Status, entry.ProxyPort) = (status, port);
            Assert.True(await _table.InsertRow(entry, (await _table.ReadAll()).Version.Next()));
        }

        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IMembershipStore>(_store);
        builder.UseOrleansClient(client => client.UseStoreGateways().Configure<ClusterOptions>(o => o.ClusterId = "dev"));
        using var host = builder.Build();
        var gateways = host.Services.GetRequiredService<IGatewayListProvider>();
        await gateways.InitializeGatewayListProvider();
        Assert.Equal(
            ["gwy.tcp://10.0.0.1:30001/1", "gwy.tcp://10.0.0.1:30006/6"],
                (await gateways.GetGateways()).Select(u => u.ToString()));
        Assert.InRange(gateways.MaxStaleness, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    }

    private static SiloAddress Silo(int number) => SiloAddress.New(IPAddress.Parse("10.0.0.1"), 11110 + number, number);

    private static MembershipEntry Entry(int number) => new()
    {
        SiloAddress = Silo(number),
        Status = SiloStatus.Joining,
        ProxyPort = 30000,
        HostName = "host",
        SiloName = "silo",
        StartTime = T0.AddTicks(7654321),
        IAmAliveTime = T0,
    };

    private StoreMembershipTable TableOf(string cluster) =>
        new(_store, Options.Create(new ClusterOptions { ClusterId = cluster }));
}
