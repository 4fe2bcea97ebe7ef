using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestration.Runtime.Activations;
using Orchestration.Runtime.Hosting;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orchestration.Runtime.Tests.Hosting;

/// <summary>A silo in this process, without ports.</summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private readonly IHost _host;

    private TestSilo(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public IClusterClient Client => Services.GetRequiredService<IClusterClient>();

    public ActivationCatalog Catalog => Services.GetRequiredService<ActivationCatalog>();

    public ILocalSiloDetails Local => Services.GetRequiredService<ILocalSiloDetails>();

    public static async Task<TestSilo> StartAsync(Action<ISiloBuilder>? configure = null, TimeProvider? time = null,
        bool serialize = false)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        if (time is not null) builder.Services.AddSingleton(time);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.UseOrleans(silo =>
        {
            silo.Configure<EndpointOptions>(options =>
            {
                options.GatewayPort = 0;
                options.SiloPort = 0;
            });
            silo.Configure<RuntimeTestOptions>(options => options.SerializeLocalCalls = serialize);
            configure?.Invoke(silo);
        });
        var host = builder.Build();
        await host.StartAsync();
        return new TestSilo(host);
    }

    public T Grain<T>(string key)
        where T : IGrainWithStringKey =>
        Client.GetGrain<T>(key);

    public Activation? ActivationOf(IAddressable grain) =>
        Catalog.TryGet(grain.GetGrainId(), out var activation) ? activation : null;

    public Task StopAsync(CancellationToken cancellation = default) => _host.StopAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        // Calls that tests leave hanging need not be waited for.
        using var hurry = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _host.StopAsync(hurry.Token);
        _host.Dispose();
    }
}
