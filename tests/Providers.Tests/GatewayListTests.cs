using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orchestration.Grains.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Orchestration.Providers.Tests;

/// <summary>How often a client asks for the gateways.</summary>
public sealed class GatewayListTests
{
    [Fact]
    public void StoreGateways_AreAskedForAsOftenAsTheySay_UnlessTheApplicationSaysOtherwise()
    {
        using var client = Client(static _ => { });
        Assert.Equal(TimeSpan.FromSeconds(10), Period(client));
        using var given = Client(static o => o.GatewayListRefreshPeriod = TimeSpan.FromSeconds(25));
        Assert.Equal(TimeSpan.FromSeconds(25), Period(given));

        static TimeSpan Period(IHost host) =>
            host.Services.GetRequiredService<IOptions<GatewayOptions>>().Value.GatewayListRefreshPeriod;
    }

    private static IHost Client(Action<GatewayOptions> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client => client.Configure(configure).UseStoreGateways());
        return builder.Build();
    }
}
