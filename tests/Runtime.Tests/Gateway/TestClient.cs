using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestration.Runtime.Gateway;
using Orchestration.Runtime.Tests.Hosting;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Orchestration.Runtime.Tests.Gateway;

/// <summary>A client with a host of its own, connected through loopback.</summary>
internal sealed class TestClient : IAsyncDisposable
{
    private readonly IHost _host;

    private TestClient(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public ClientRouter Router => Services.GetRequiredService<ClientRouter>();

    public static Task<TestClient> StartAsync(TestSilo silo, Action<IClientBuilder>? configure = null) =>
        StartAsync(silo.Local.GatewayAddress.Endpoint.Port, configure);

    public static async Task<TestClient> StartAsync(int port, Action<IClientBuilder>? configure = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.UseOrleansClient(client =>
        {
            client.UseLocalhostClustering(port, ClusterOptions.DefaultServiceId, ClusterOptions.DefaultClusterId);
            configure?.Invoke(client);
        });
        var host = builder.Build();
        try
        {
            await host.StartAsync();
        }
        catch
        {
            host.Dispose();
            throw;
        }

        return new TestClient(host);
    }

    public T Grain<T>(string key)
        where T : IGrainWithStringKey =>
        Services.GetRequiredService<IClusterClient>().GetGrain<T>(key);

    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
