using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestration.Runtime.Gateway;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.Tests.Cluster;

public sealed class GatewayListTests
{
    // Room for attempts in vain: where a busy machine's threads lag behind virtual time, a handshake may miss its limit.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Client_WithThreeGateways_SurvivesTheLossOfTwo()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        using var host = Client(cluster);
        await cluster.RunAsync(host.StartAsync());
        var router = host.Services.GetRequiredService<ClientRouter>();
        await cluster.AdvanceUntilAsync(() => router.Sessions.Count == 3, "connected with all", Patience);
        for (var i = 0; i < 30; i++) await cluster.RunAsync(CallAsync(cluster, host, $"c{i}"));
        var open = Enumerable.Range(0, 12).Select(i => Grain(host, $"o{i}").NeverAsync()).ToArray();
        cluster.Silos[0].Kill();
        cluster.Silos[1].Kill();
        var after = Enumerable.Range(0, 30).Select(i => CallAsync(cluster, host, $"c{i}")).ToArray();
        await cluster.EventuallyAsync(() => router.Sessions.Count == 1, "the client has noticed");
        await cluster.EventuallyAsync(() => open.Any(static call => call.IsCompleted), "calls through a lost gateway fail");

        // Those that were under way through a lost gateway have failed, in the way that says that the outcome is unknown.
        foreach (var call in open.Where(static call => call.IsCompleted))
            await Assert.ThrowsAsync<SiloUnavailableException>(() => call);
        await cluster.RunAsync(Task.WhenAll(after));

        // And a gateway that is new is found.
        await cluster.AddAsync();
        await cluster.AdvanceUntilAsync(() => router.Sessions.Count == 2, "the new one is used", Patience);
        await host.StopAsync();
    }

    private static IHost Client(TestCluster cluster)
    {
        cluster.Nodes.Add("client");
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddSingleton<TimeProvider>(cluster.Time);
        builder.Services.AddSingleton<IMembershipTable>(cluster.Table);
        builder.Services.AddSingleton(cluster.Network.Node("client"));
        builder.UseOrleansClient(static _ => { });
        return builder.Build();
    }

    private static ILocatedGrain Grain(IHost host, string key) =>
        host.Services.GetRequiredService<IClusterClient>().GetGrain<ILocatedGrain>(key);

    private static async Task CallAsync(TestCluster cluster, IHost host, string key)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await Grain(host, key).WhereAsync();
                return;
            }
            catch (OrleansMessageRejectionException) when (attempt < 1000)
            {
                await cluster.PassedAsync(TimeSpan.FromMilliseconds(100));
            }
        }
    }
}
