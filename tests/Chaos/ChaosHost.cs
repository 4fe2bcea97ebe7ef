using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Storage.PostgreSql;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Orchestration.Chaos;

/// <summary>The client's side, in this process.</summary>
internal static class ChaosHost
{
    public const string Cluster = "chaos";

    public static async Task<IHost> ConnectAsync(string address)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddSimpleConsole(static o => o.SingleLine = true).SetMinimumLevel(LogLevel.Error);
        var store = PostgreSqlStoreOptions.Parse(address);
        builder.Services.AddPostgreSqlStorage(o => (o.ConnectionString, o.Schema) = (store.ConnectionString, store.Schema));
        builder.UseOrleansClient(static client =>
            client.UseStoreGateways().Configure<ClusterOptions>(static o => (o.ClusterId, o.ServiceId) = (Cluster, Cluster)));
        builder.Services.AddOrchestrationClient();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
