using Microsoft.Extensions.Options;
using Orchestration.Grains.Storage;
using Orleans.Configuration;
using Orleans.Messaging;
using Orleans.Runtime;

namespace Orchestration.Grains.Hosting;

/// <summary>The gateways of the silos in full service, from the table where the silos list themselves.</summary>
internal sealed class StoreGatewayListProvider(IMembershipStore store, IOptions<ClusterOptions> cluster) : IGatewayListProvider
{
    /// <summary>How old the list may be.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private readonly string _cluster = cluster.Value.ClusterId;

    public TimeSpan MaxStaleness => Period;

    public bool IsUpdatable => true;

    public async Task InitializeGatewayListProvider() => await store.ReadAsync(_cluster);

    public async Task<IList<Uri>> GetGateways()
    {
        var rows = await store.ReadAsync(_cluster);
        return
        [
            .. rows.Members.Where(static row => row.Status == (int)SiloStatus.Active)
                .Select(MemberRows.ToEntry).Where(static silo => silo.ProxyPort > 0)
                .Select(static silo => GatewayOf(SiloAddress.New(
                    silo.SiloAddress.Endpoint.Address, silo.ProxyPort, silo.SiloAddress.Generation))),
        ];
    }

    private static Uri GatewayOf(SiloAddress gateway) => new($"gwy.tcp://{gateway.Endpoint}/{gateway.Generation}");
}
