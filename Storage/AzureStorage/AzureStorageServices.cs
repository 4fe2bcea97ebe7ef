using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Orchestration.Storage.AzureStorage;

/// <summary>Registers the Azure Storage store.</summary>
public static class AzureStorageServices
{
    /// <summary>
    /// Registers <see cref="AzureStorageStores"/> and, from it, the stores of the port. The service is first reached when one of
    /// them is resolved.
    /// </summary>
    public static IServiceCollection AddAzureStorage(this IServiceCollection services, Action<AzureStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services
            .AddSingleton(provider =>
            {
                var options = new AzureStorageOptions();
                configure(options);

                // A container resolves synchronously; off this thread nothing waits for a context that is held here.
                return Task.Run(() => AzureStorageStores.OpenAsync(
                    options, provider.GetService<ILoggerFactory>(), provider.GetService<TimeProvider>(),
                    provider.GetService<IMeterFactory>())).GetAwaiter().GetResult();
            })
            .AddSingleton(static provider => provider.GetRequiredService<AzureStorageStores>().History)
            .AddSingleton(static provider => provider.GetRequiredService<AzureStorageStores>().Reminders)
            .AddSingleton(static provider => provider.GetRequiredService<AzureStorageStores>().SmallState)
            .AddSingleton(static provider => provider.GetRequiredService<AzureStorageStores>().Membership);
    }
}
