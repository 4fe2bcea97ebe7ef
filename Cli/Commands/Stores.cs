using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage;
using Orchestration.Storage.Moving;
using Orchestration.Storage.PostgreSql;
using Orchestration.Storage.Sqlite;
using Orchestration.Workflows;

namespace Orchestration.Cli.Commands;

/// <summary>A store that is opened without a silo.</summary>
internal sealed class Stores : IAsyncDisposable
{
    private readonly IAsyncDisposable _stores;

    private Stores(DataSetEnd end, IAsyncDisposable stores) => (End, _stores) = (end, stores);

    /// <summary>All of it.</summary>
    public DataSetEnd End { get; }

    /// <summary>How people are told of it.</summary>
    public string Name => End.Name;

    /// <summary>What keeps it in an older form, and what to do, for people; null where it is in this version's.</summary>
    public string? Advice { get; private init; }

    /// <summary>The histories.</summary>
    public IHistoryStore History => End.History;

    /// <summary>Opens a store, and brings it up to date.</summary>
    /// <param name="address">A data directory, or a <c>postgres://</c> or <c>azure:</c> address.</param>
    /// <param name="mayCreate">Whether one that is not there is made.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="CliFailure">It cannot be opened.</exception>
    public static async Task<Stores> OpenAsync(string address, bool mayCreate, CancellationToken cancellationToken)
    {
        try
        {
            if (address.StartsWith("azure:", StringComparison.OrdinalIgnoreCase))
                return await AzureAsync(address, mayCreate, cancellationToken);
            return address.Contains("://", StringComparison.Ordinal)
                ? await PostgreSqlAsync(address, cancellationToken) : await SqliteAsync(address, mayCreate);
        }
        catch (Exception e) when (e is OrchestrationException or IOException or UnauthorizedAccessException)
        {
            var page = e is EngineFault fault ? $" See docs/errors/{fault.Code}.md." : "";
            throw new CliFailure(
                ExitCodes.Mismatch, $"The store cannot be opened: {e.Message}",
                $"Mend what it says, with no silo running.{page}", e);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _stores.DisposeAsync();

    private static async Task<Stores> AzureAsync(string address, bool mayCreate, CancellationToken cancellationToken)
    {
        var options = AzureStorageOptions.Parse(address);
        options.CreateContainer &= mayCreate;
        var azure = await AzureStorageStores.OpenAsync(options, cancellationToken: cancellationToken);
        return new Stores(
            new DataSetEnd(azure.DataSet, options.Describe(), azure.History, azure.SmallState, azure.Reminders, azure.Reader),
                azure)
        {
            Advice = azure.LayoutAdvice,
        };
    }

    private static async Task<Stores> PostgreSqlAsync(string address, CancellationToken cancellationToken)
    {
        var options = PostgreSqlStoreOptions.Parse(address);
        options.Migrate = true;
        var postgres = await PostgreSqlStores.OpenAsync(options, cancellationToken: cancellationToken);
        return new Stores(
            new DataSetEnd(
                postgres.DataSet, options.Describe(), postgres.History, postgres.SmallState, postgres.Reminders, postgres.Reader),
            postgres);
    }

    private static async Task<Stores> SqliteAsync(string address, bool mayCreate)
    {
        var path = Path.Combine(address, "orchestration.db");
        if (!mayCreate && !File.Exists(path))
            throw CliFailure.Usage(
                $"{path} is not there.", "Name the data directory of a silo (--data), or a postgres:// or azure: address.");
        var sqlite = await SqliteStores.OpenAsync(new SqliteStoreOptions { Path = path });
        return new Stores(
            new DataSetEnd(sqlite.DataSet, path, sqlite.History, sqlite.SmallState, sqlite.Reminders, sqlite.Reader), sqlite);
    }
}
