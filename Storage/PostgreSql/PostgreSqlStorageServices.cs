using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Orchestration.Storage.PostgreSql;

/// <summary>Registers the PostgreSQL store.</summary>
public static class PostgreSqlStorageServices
{
    /// <summary>
    /// Registers <see cref="PostgreSqlStores"/> and, from it, the stores of the port. The database is first reached
    /// when one of them is resolved; the connections are closed with the container.
    /// </summary>
    public static IServiceCollection AddPostgreSqlStorage(
        this IServiceCollection services, Action<PostgreSqlStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services
            .AddSingleton(provider =>
            {
                var options = new PostgreSqlStoreOptions();
                configure(options);

                // A container resolves synchronously; off this thread nothing waits for a context that is held here.
                return Task.Run(() => PostgreSqlStores.OpenAsync(
                    options, provider.GetService<ILoggerFactory>(), provider.GetService<TimeProvider>(),
                    provider.GetService<IMeterFactory>())).GetAwaiter().GetResult();
            })
            .AddSingleton(static provider => provider.GetRequiredService<PostgreSqlStores>().History)
            .AddSingleton(static provider => provider.GetRequiredService<PostgreSqlStores>().Reminders)
            .AddSingleton(static provider => provider.GetRequiredService<PostgreSqlStores>().SmallState)
            .AddSingleton(static provider => provider.GetRequiredService<PostgreSqlStores>().Membership);
    }
}
