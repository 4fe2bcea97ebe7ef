using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Runtime.Hosting;
using Orleans.Hosting;

// The host-builder extensions live where host builders do, as Orleans has them.
namespace Microsoft.Extensions.Hosting;

/// <summary>Makes a host a client of a cluster.</summary>
public static class OrleansClientGenericHostExtensions
{
    /// <summary>Makes the host a client, which connects when it starts.</summary>
    public static IHostApplicationBuilder UseOrleansClient(
        this IHostApplicationBuilder hostAppBuilder, Action<IClientBuilder> configureDelegate)
    {
        ArgumentNullException.ThrowIfNull(hostAppBuilder);
        ArgumentNullException.ThrowIfNull(configureDelegate);
        ClientServices.Add(hostAppBuilder.Services);
        configureDelegate(new ClientBuilder(hostAppBuilder.Services, hostAppBuilder.Configuration));
        return hostAppBuilder;
    }

    /// <summary>Makes the host a client, which connects when it starts.</summary>
    public static HostApplicationBuilder UseOrleansClient(
        this HostApplicationBuilder hostAppBuilder, Action<IClientBuilder> configureDelegate)
    {
        UseOrleansClient((IHostApplicationBuilder)hostAppBuilder, configureDelegate);
        return hostAppBuilder;
    }

    /// <summary>Makes the host a client, which connects when it starts.</summary>
    public static IHostBuilder UseOrleansClient(this IHostBuilder hostBuilder, Action<IClientBuilder> configureDelegate)
    {
        ArgumentNullException.ThrowIfNull(hostBuilder);
        ArgumentNullException.ThrowIfNull(configureDelegate);
        return hostBuilder.ConfigureServices((context, services) =>
        {
            ClientServices.Add(services);
            configureDelegate(new ClientBuilder(services, context.Configuration));
        });
    }

    /// <summary>Makes the host of these services a client.</summary>
    public static IServiceCollection AddOrleansClient(this IServiceCollection services, Action<IClientBuilder> configureDelegate)
    {
        ArgumentNullException.ThrowIfNull(configureDelegate);
        ClientServices.Add(services);
        configureDelegate(new ClientBuilder(services, new ConfigurationBuilder().Build()));
        return services;
    }
}
