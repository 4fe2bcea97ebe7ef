using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orchestration.Runtime.Gateway;
using Orchestration.Runtime.Messaging;
using Orchestration.Runtime.References;
using Orchestration.Runtime.Serialization;
using Orleans;
using Orleans.Configuration;

namespace Orchestration.Runtime.Hosting;

/// <summary>Registers what a client in a process of its own is made of.</summary>
internal static class ClientServices
{
    public static void Add(IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(ReferenceFactory)))
            throw new InvalidOperationException("The host is a silo or a client already.");
        services.AddOptions();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(static provider => new PendingCalls(
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IOptions<ClientMessagingOptions>>().Value.ResponseTimeout));
        services.AddSingleton(static provider => new ReferenceRuntime(
            provider.GetRequiredService<PendingCalls>(),
            new ValueCopier(provider.GetRequiredService<WireSerializer>(), everything: false),
            provider.GetRequiredService<IRequestRouter>,
            copiesArguments: false));
        services.AddSingleton<ReferenceFactory>();
        services.AddSingleton<IClusterClient>(static provider => provider.GetRequiredService<ReferenceFactory>());
        services.AddSingleton<IGrainFactory>(static provider => provider.GetRequiredService<ReferenceFactory>());
        WireServices.AddClient(services);
    }
}
