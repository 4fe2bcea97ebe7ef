using Orleans;
using Orleans.Messaging;
using Orleans.Runtime;

namespace Orchestration.Runtime.Gateway;

/// <summary>The gateways of the silos that the membership table shows in full service.</summary>
internal sealed class MembershipGatewayListProvider(IMembershipTable table) : IGatewayListProvider
{
    public TimeSpan MaxStaleness { get; init; } = TimeSpan.FromSeconds(10);

    public bool IsUpdatable => true;

    public Task InitializeGatewayListProvider() => table.InitializeMembershipTable(tryInitTableVersion: false);

    public async Task<IList<Uri>> GetGateways() =>
        [.. (await table.ReadAll()).Members.Select(static row => row.Item1)
            .Where(static row => row is { Status: SiloStatus.Active, ProxyPort: > 0 })
            .Select(static row => GatewayUri.Of(new(row.SiloAddress.Endpoint.Address, row.ProxyPort)))];
}
