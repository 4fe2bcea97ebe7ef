using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orchestration.Runtime.Serialization;
using Orleans.Providers;
using Orleans.Storage;

namespace Orchestration.Runtime.Persistence;

/// <summary>Registers stores of grain state.</summary>
internal static class PersistenceServices
{
    /// <summary>Registers a store in memory under a name.</summary>
    public static void AddMemoryStorage(IServiceCollection services, string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        services.AddKeyedSingleton<IGrainStorage>(
            name, static (provider, key) => new MemoryGrainStorage((string)key!, provider.GetRequiredService<WireSerializer>()));
        if (name == ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME)
            services.TryAddSingleton(static provider => provider.GetRequiredKeyedService<IGrainStorage>("Default"));
    }
}
