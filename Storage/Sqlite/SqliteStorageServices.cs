using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestration.Grains.Storage;

namespace Orchestration.Storage.Sqlite;

/// <summary>Registers the embedded store.</summary>
public static class SqliteStorageServices
{
    /// <summary>
    /// Registers <see cref="SqliteStores"/> and, from it, the stores of the port. The file is opened when the first of them
    /// is resolved, and closed with the container. The table of a cluster's silos is a file of its own beside it, opened only
    /// where it is asked for, as in a silo or client of a cluster.
    /// </summary>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, Action<SqliteStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services
            .AddSingleton<IMembershipStore>(_ => SqliteMembershipStore.Open(Options()))
            .AddSingleton(provider => SqliteStores.Open(
                Options(), provider.GetService<ILoggerFactory>(), provider.GetService<TimeProvider>(),
                provider.GetService<IMeterFactory>()))
            .AddSingleton(static provider => provider.GetRequiredService<SqliteStores>().History)
            .AddSingleton(static provider => provider.GetRequiredService<SqliteStores>().Reminders)
            .AddSingleton(static provider => provider.GetRequiredService<SqliteStores>().SmallState);

        SqliteStoreOptions Options()
        {
            var options = new SqliteStoreOptions();
            configure(options);
            return options;
        }
    }
}
