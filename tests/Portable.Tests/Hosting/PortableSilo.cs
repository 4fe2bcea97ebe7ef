using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Portable.Tests.Workflows;
using Orchestration.Storage.Sqlite;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orchestration.Portable.Tests.Hosting;

/// <summary>A silo over a real file, as an application hosts it, on whichever runtime the solution is built.</summary>
internal sealed class PortableSilo : IAsyncDisposable
{
    private readonly IHost _host;

    private PortableSilo(IHost host) => _host = host;

    /// <summary>The silo's own client, in its process.</summary>
    public IWorkflowClient Client => _host.Services.GetRequiredService<IWorkflowClient>();

    /// <summary>Where clients of other processes connect.</summary>
    public int Gateway => _host.Services.GetRequiredService<ILocalSiloDetails>().GatewayAddress.Endpoint.Port;

    /// <summary>The silo's name among others.</summary>
    public SiloAddress Address => _host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;

    /// <summary>The silo's services.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>Starts one over the store in a directory; with a cluster's id, as one of those that share it.</summary>
    public static async Task<PortableSilo> StartAsync(string directory, string? cluster = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSqliteStorage(store =>
        {
            store.Path = Path.Combine(directory, "orchestration.db");
            store.Shared = cluster is not null;
        });
        builder.UseOrleans(silo =>
        {
            if (cluster is null)
            {
                silo.UseLocalhostClustering(SiloPorts.OrFree(0), SiloPorts.OrFree(0));
            }
            else
            {
                silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (cluster, cluster));
                silo.ConfigureEndpoints(System.Net.IPAddress.Loopback, SiloPorts.OrFree(0), SiloPorts.OrFree(0));
                silo.UseStoreMembership();

                // None dies in these tests, however long the machine holds this process up.
                silo.Configure<ClusterMembershipOptions>(static o => o.NumMissedProbesLimit = 60);
            }

            silo.UseStoreReminders();
            silo.AddStoreGrainStorage("state");
            silo.AddOrchestration(static o => o
                .AddWorkflowsFrom(typeof(Order).Assembly)
                .AddActivities<Warehouse>());
        });
        builder.Services.AddOrchestrationClient();
        var host = builder.Build();
        await host.StartAsync();
        return new PortableSilo(host);
    }

    /// <summary>Stops in good order.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
