using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Storage.Sqlite;
using Orleans.Hosting;

namespace Orchestration.Samples.Shared;

/// <summary>
/// A silo in the sample's own process, over an embedded store. What an earlier process left open is woken as soon as it is up.
/// </summary>
public sealed class SampleHost : IAsyncDisposable
{
    private readonly IHost _host;

    private SampleHost(IHost host) => _host = host;

    /// <summary>Starts, awaits and manages workflows.</summary>
    public IWorkflowClient Client => _host.Services.GetRequiredService<IWorkflowClient>();

    /// <summary>Cancelled when the process is asked to end (Ctrl+C, SIGTERM).</summary>
    public CancellationToken Stopping => _host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    /// <summary>Starts the silo.</summary>
    /// <param name="directory">Where histories live, in <c>history.db</c>; made where there is none.</param>
    /// <param name="hosted">Which workflows and activities it hosts.</param>
    /// <param name="services">What the activities need.</param>
    /// <param name="gatewayPort">Where clients of other processes connect; 0: nowhere.</param>
    /// <exception cref="Orchestration.Workflows.EngineFault">The store cannot be used: the message says why.</exception>
    public static async Task<SampleHost> StartAsync(
        string directory,
        Action<OrchestrationOptions> hosted,
        Action<IServiceCollection>? services = null,
        int gatewayPort = 0)
    {
        var builder = NewBuilder();
        services?.Invoke(builder.Services);
        builder.Services.AddSqliteStorage(store => store.Path = Path.Combine(directory, "history.db"));
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(gatewayPort: gatewayPort)
            .UseStoreReminders()
            .AddOrchestration(hosted));
        builder.Services.AddOrchestrationClient();
        return await StartAsync(builder);
    }

    /// <summary>Starts a client of a silo that runs in another process.</summary>
    /// <param name="gatewayPort">Where that silo lets clients connect.</param>
    /// <exception cref="Orleans.Runtime.OrleansException">Nobody answers there.</exception>
    public static async Task<SampleHost> ConnectAsync(int gatewayPort)
    {
        var builder = NewBuilder();
        builder.UseOrleansClient(client => client.UseLocalhostClustering(gatewayPort));
        builder.Services.AddOrchestrationClient();
        return await StartAsync(builder);
    }

    /// <summary>One of its services.</summary>
    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>Ends it in good order: open workflows go on with the next process.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }

    private static HostApplicationBuilder NewBuilder()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.Error);

        // What keeps the host from starting is said in one line by the command.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Logging.AddConsole(static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.Configure<ConsoleLifetimeOptions>(static console => console.SuppressStatusMessages = true);
        return builder;
    }

    private static async Task<SampleHost> StartAsync(HostApplicationBuilder builder)
    {
        var host = builder.Build();
        try
        {
            await host.StartAsync();
            return new SampleHost(host);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }
}
