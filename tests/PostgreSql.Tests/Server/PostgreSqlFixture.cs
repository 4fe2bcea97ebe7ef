using Orchestration.Grains.Storage;
using Orchestration.Storage.PostgreSql;
using Orchestration.Storage.Tests.Conformance;
using Orchestration.Tests.Servers;

namespace Orchestration.PostgreSql.Tests.Server;

/// <summary>A schema of its own on the shared server.</summary>
public sealed class PostgreSqlFixture : StoreFixture
{
    private PostgreSqlStores? _stores;

    public string Schema { get; } = "t_" + Guid.NewGuid().ToString("N");

    public PostgresServer Server { get; private set; } = null!;

    public PostgreSqlStores Stores => _stores ?? throw new InvalidOperationException("The store is not open.");

    public override IHistoryStore History => Stores.History;

    public override IReminderStore Reminders => Stores.Reminders;

    public override ISmallStateStore SmallState => Stores.SmallState;

    public override IMembershipStore Membership => Stores.Membership;

    public override IDataSetReader Reader => Stores.Reader;

    public PostgreSqlStoreOptions Options(string? address = null) =>
        new() { ConnectionString = address ?? Server.Address(), Schema = Schema };

    public override async Task OpenAsync()
    {
        Server = await PostgresServer.SharedAsync();
        _stores = await PostgreSqlStores.OpenAsync(Options());
    }

    public override async Task ReopenAsync()
    {
        await Stores.DisposeAsync();
        await OpenAsync();
    }

    public override async Task<(IHistoryStore History, IAsyncDisposable Silo)> OpenAnotherAsync()
    {
        var stores = await PostgreSqlStores.OpenAsync(Options());
        return (stores.History, stores);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_stores is not null) await _stores.DisposeAsync();
        await Server.QueryAsync($"DROP SCHEMA IF EXISTS {Schema} CASCADE");
    }
}
