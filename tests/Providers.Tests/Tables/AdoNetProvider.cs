using System.Globalization;
using Npgsql;
using Orchestration.Tests.Servers;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orchestration.Providers.Tests.Tables;

/// <summary>A PostgreSQL of few connections.</summary>
internal sealed class AdoNetProvider : IProviderTables
{
    private readonly PostgresServer _server;

    private AdoNetProvider(PostgresServer server, string connection) => (_server, Connection) = (server, connection);

    public string Name => "adonet";

    public string Connection { get; }

    public static async Task<IProviderTables> StartAsync()
    {
        // Two silos and a client, each with a pool that would grow to a hundred.
        var server = await PostgresServer.StartNewAsync(new PostgresSettings { Options = ["max_connections=30"] });
        return new AdoNetProvider(server, await AdoNetTables.MakeAsync(server, "orleans"));
    }

    public void AddGateways(IClientBuilder client) => client.UseAdoNetClustering(
        o => (o.Invariant, o.ConnectionString) = ("Npgsql", Connection));

    public void AddState(ISiloBuilder silo, string name) => silo.AddAdoNetGrainStorage(
        name, o => (o.Invariant, o.ConnectionString) = ("Npgsql", Connection));

    public Task<int> CountRemindersAsync() => CountAsync("reminders");

    public Task<int> CountSilosAsync() => CountAsync($"silos WHERE status = {(int)SiloStatus.Active}");

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task<int> CountAsync(string what)
    {
        await using var connection = new NpgsqlConnection(Connection + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM {what}", connection);
        return Convert.ToInt32(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }
}
