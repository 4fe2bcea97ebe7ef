using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestration.Benchmarks.Load.Workflows;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Storage;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orchestration.Benchmarks.Cluster;

/// <summary>A silo of the cluster, in this process, with sockets between it and the others.</summary>
internal sealed class BenchSilo : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly IHistoryStore? _severed;
    private bool _isDead;

    private BenchSilo(IHost host, IHistoryStore? severed) => (_host, _severed) = (host, severed);

    public SiloAddress Address => _host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;

    public IClusterMembershipService Membership => _host.Services.GetRequiredService<IClusterMembershipService>();

    /// <param name="store">What silos share.</param>
    /// <param name="mayDie">Whether it can be cut off from its store; which costs each call of it a little.</param>
    /// <param name="add">More services.</param>
    public static async Task<BenchSilo> StartAsync(BenchStore store, bool mayDie = false, Action<IServiceCollection>? add = null)
    {
        var severed = mayDie ? SeveredStore.Over(store.History) : null;
        var builder = NewBuilder();
        store.AddTo(builder.Services, severed ?? store.History);
        builder.Services.AddSingleton(new ExecutionLog(null));
        builder.Services.AddSingleton<IFatalErrorHandler, Ends>();
        add?.Invoke(builder.Services);
        builder.UseOrleans(silo =>
        {
            silo.Configure<Orleans.Configuration.ClusterOptions>(static o => (o.ClusterId, o.ServiceId) = ("bench", "bench"));
            silo.ConfigureEndpoints(System.Net.IPAddress.Loopback, siloPort: 0, gatewayPort: 0);
            silo.UseStoreMembership();
            silo.UseStoreReminders();

            // All silos of a busy process miss probes together, which is no death.
            silo.Configure<ClusterMembershipOptions>(static o => o.NumMissedProbesLimit = 30);
            silo.AddOrchestration(static o => o
                .AddWorkflow<SequenceWorkflow>().AddWorkflow<NapWorkflow>().AddWorkflow<HeldWorkflow>()
                .AddActivities<BenchmarkActivities>().AddActivities<HeldActivities>());
        });
        var host = builder.Build();
        await host.StartAsync();
        return new BenchSilo(host, severed);
    }

    /// <summary>Connects a client of its own to the cluster.</summary>
    public static async Task<IHost> ConnectAsync(BenchStore store)
    {
        var builder = NewBuilder();
        store.AddMembersTo(builder.Services);
        builder.UseOrleansClient(static client =>
        {
            client.Configure<Orleans.Configuration.ClusterOptions>(static o => (o.ClusterId, o.ServiceId) = ("bench", "bench"));
            client.UseStoreGateways();
        });
        builder.Services.AddOrchestrationClient();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    /// <summary>Leaves in good order.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDead) return;
        await _host.StopAsync();
        _host.Dispose();
    }

    /// <summary>Cuts it off from its store: nothing that it does from now on is known to anybody.</summary>
    public void Die()
    {
        _isDead = true;
        SeveredStore.Cut(_severed!);
    }

    private static HostApplicationBuilder NewBuilder()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddConsole(static o => o.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Error);
        return builder;
    }

    /// <summary>A silo that was declared dead ends, and not the process.</summary>
    private sealed class Ends : IFatalErrorHandler
    {
        public bool IsUnexpected(Exception exception) => true;

        public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null)
        {
            // Its end is what is measured.
        }
    }
}
