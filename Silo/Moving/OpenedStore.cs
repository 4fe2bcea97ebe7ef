using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage;
using Orchestration.Storage.Moving;
using Orchestration.Storage.PostgreSql;
using Orchestration.Storage.Sqlite;
using Orchestration.Workflows;

namespace Orchestration.Silo.Moving;

/// <summary>A store that is opened by its address, for a move.</summary>
internal sealed class OpenedStore(DataSetEnd end, IAsyncDisposable stores) : IAsyncDisposable
{
    public DataSetEnd End { get; } = end;

    /// <exception cref="StoreRefused">It cannot be opened so; the message says why.</exception>
    public static async Task<OpenedStore> OpenAsync(
        string address, bool acceptRestore, bool isTarget, CancellationToken cancellationToken)
    {
        if (address.StartsWith("azure:", StringComparison.OrdinalIgnoreCase))
        {
            var options = AzureStorageOptions.Parse(address);
            (options.AcceptRestore, options.CreateContainer) = (acceptRestore, isTarget && options.CreateContainer);
            var azure = await AzureStorageStores.OpenAsync(options, cancellationToken: cancellationToken);
            return new OpenedStore(
                new DataSetEnd(
                    azure.DataSet, options.Describe(), azure.History, azure.SmallState, azure.Reminders, azure.Reader),
                azure);
        }

        if (address.Contains("://", StringComparison.Ordinal))
        {
            var options = PostgreSqlStoreOptions.Parse(address);
            (options.Migrate, options.AcceptRestore) = (isTarget, acceptRestore);
            var postgres = await PostgreSqlStores.OpenAsync(options, cancellationToken: cancellationToken);
            return new OpenedStore(
                new DataSetEnd(
                    postgres.DataSet, options.Describe(), postgres.History, postgres.SmallState, postgres.Reminders,
                    postgres.Reader),
                postgres);
        }

        var path = Directory.Exists(address) || !Path.HasExtension(address) ? Path.Combine(address, "orchestration.db") : address;
        if (!isTarget && !File.Exists(path))
            throw new StoreRefused(FaultCodes.StoreUnfit, $"There is no store at {path}.");
        var sqlite = await SqliteStores.OpenAsync(new SqliteStoreOptions { Path = path, AcceptRestore = acceptRestore });
        return new OpenedStore(
            new DataSetEnd(sqlite.DataSet, path, sqlite.History, sqlite.SmallState, sqlite.Reminders, sqlite.Reader), sqlite);
    }

    public ValueTask DisposeAsync() => stores.DisposeAsync();
}
