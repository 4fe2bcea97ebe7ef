using Orchestration.Storage.AzureStorage;
using Orchestration.Storage.PostgreSql;
using Orchestration.Storage.Sqlite;

namespace Orchestration.Silo.Hosting;

/// <summary>The store that the command line names.</summary>
internal static class SiloStorage
{
    /// <summary>Registers it. Silos of one cluster share a database, or, on one machine, the file of the embedded
    /// store.</summary>
    public static void Add(IServiceCollection services, SiloOptions options)
    {
        if (options.Store is { } address)
        {
            if (IsAzure(address))
            {
                var azure = AzureStorageOptions.Parse(address);
                services.AddAzureStorage(store =>
                {
                    (store.ConnectionString, store.Container) = (azure.ConnectionString, azure.Container);
                    (store.ServiceUri, store.Credential) = (azure.ServiceUri, azure.Credential);
                    store.CreateContainer = azure.CreateContainer;
                    (store.Form, store.Logs, store.AcceptRestore) = (azure.Form, azure.Logs, options.AcceptRestore);
                });
                return;
            }

            var settings = PostgreSqlStoreOptions.Parse(address);
            services.AddPostgreSqlStorage(store =>
            {
                store.ConnectionString = settings.ConnectionString;
                store.Schema = settings.Schema;
                store.AcceptRestore = options.AcceptRestore;
                store.WitnessDirectory = options.Data.FullName;
            });
            return;
        }

        services.AddSqliteStorage(store =>
        {
            store.Path = Path.Combine(options.Data.FullName, "orchestration.db");
            store.AcceptRestore = options.AcceptRestore;
            store.Shared = options.Cluster is not null;
        });
    }

    /// <summary>What to call it on the screen, without secrets.</summary>
    public static string Describe(SiloOptions options) => options.Store is not { } address
        ? options.Data.FullName
        : IsAzure(address) ? AzureStorageOptions.Parse(address).Describe() : PostgreSqlStoreOptions.Parse(address).Describe();

    private static bool IsAzure(string address) => address.StartsWith("azure:", StringComparison.OrdinalIgnoreCase);
}
