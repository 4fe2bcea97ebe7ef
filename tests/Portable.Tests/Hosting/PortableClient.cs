using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestration.Client;
using Orleans.Hosting;

namespace Orchestration.Portable.Tests.Hosting;

/// <summary>A client outside the silo: everything that it says goes over a connection and through the serializer.</summary>
internal sealed class PortableClient : IAsyncDisposable
{
    private readonly IHost _host;

    private PortableClient(IHost host) => _host = host;

    public IWorkflowClient Workflows => _host.Services.GetRequiredService<IWorkflowClient>();

    public static async Task<PortableClient> ConnectAsync(int gateway)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client => client.UseLocalhostClustering(gateway));
        builder.Services.AddOrchestrationClient();
        var host = builder.Build();
        await host.StartAsync();
        return new PortableClient(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
