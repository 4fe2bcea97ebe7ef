using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Orchestration.Storage.Sqlite;

/// <summary>Registers the embedded store.</summary>
public static class SqliteStorageServices
{
    /// <summary>
    /// Registers <see cref="SqliteStores"/> and, from it, the three stores of the port. The file is opened when the first of them
    /// is resolved, and closed with the container.
    /// </summary>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, Action<SqliteStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services
            .AddSingleton(provider =>
            {
                var options = new SqliteStoreOptions();
                configure(options);
                return SqliteStores.Open(
                    options, provider.GetService<ILoggerFactory>(), provider.GetService<TimeProvider>(),
                    provider.GetService<IMeterFactory>());
            })
            .AddSingleton(static provider => provider.GetRequiredService<SqliteStores>().History)
            .AddSingleton(static provider => provider.GetRequiredService<SqliteStores>().Reminders)
            .AddSingleton(static provider => provider.GetRequiredService<SqliteStores>().SmallState);
    }
}
