using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Orchestration.Benchmarks.Load.Hosting;

/// <summary>The caller's side: a client in the driver's process.</summary>
internal sealed class LoadClient : IAsyncDisposable
{
    private readonly IHost _host;

    private LoadClient(IHost host)
    {
        _host = host;
        Workflows = host.Services.GetRequiredService<IWorkflowClient>();
        Grains = host.Services.GetRequiredService<IClusterClient>();
    }

    /// <summary>Workflows.</summary>
    public IWorkflowClient Workflows { get; }

    /// <summary>Plain grain references.</summary>
    public IClusterClient Grains { get; }

    /// <summary>Connects to a silo by itself, or to all of a cluster.</summary>
    public static async Task<LoadClient> ConnectAsync(SiloArguments silo, int port)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddConsole(static o => o.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Error);
        if (silo.Cluster is { } cluster)
        {
            LoadStore.AddTo(builder.Services, silo.Store, silo.Data, isShared: true);
            builder.UseOrleansClient(client =>
                client.UseStoreGateways().Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (cluster, cluster)));
        }
        else builder.UseOrleansClient(client => client.UseLocalhostClustering(port));
        builder.Services.AddOrchestrationClient();
        var host = builder.Build();
        await host.StartAsync();
        return new LoadClient(host);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
