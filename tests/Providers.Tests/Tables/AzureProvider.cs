using Azure.Data.Tables;
using Orchestration.Tests.Servers;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orchestration.Providers.Tests.Tables;

/// <summary>Azurite's table service.</summary>
internal sealed class AzureProvider : IProviderTables
{
    private readonly AzuriteServer _server;

    private AzureProvider(AzuriteServer server) => _server = server;

    public string Name => "azure";

    public string Connection => _server.Address();

    private TableServiceClient Service => new(Connection);

    public static async Task<IProviderTables> StartAsync() => new AzureProvider(await AzuriteServer.StartTablesAsync());

    public void AddGateways(IClientBuilder client) => client.UseAzureStorageClustering(o => o.TableServiceClient = Service);

    public void AddState(ISiloBuilder silo, string name) => silo.AddAzureTableGrainStorage(
        name, o => o.TableServiceClient = Service);

    public Task<int> CountRemindersAsync() => CountAsync("OrleansReminders", static _ => true);

    public Task<int> CountSilosAsync() => CountAsync(
        "OrleansSiloInstances", static row => row.GetString("Status") == nameof(SiloStatus.Active));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task<int> CountAsync(string table, Func<TableEntity, bool> counts)
    {
        var count = 0;
        await foreach (var row in Service.GetTableClient(table).QueryAsync<TableEntity>())
            if (counts(row)) count++;
        return count;
    }
}
