using Microsoft.Extensions.DependencyInjection;
using Orchestration.Storage.PostgreSql;
using Orchestration.Tests.Engine;
using Orchestration.Tests.Servers;

namespace Orchestration.PostgreSql.Tests;

/// <summary>The engine over PostgreSQL.</summary>
public sealed class EngineTests : LossConformance
{
    private PostgresServer _server = null!;
    private string? _backup;

    public override async Task InitializeAsync() => _server = await PostgresServer.StartNewAsync();

    public override async Task DisposeAsync() => await _server.DisposeAsync();

    protected override void AddStore(IServiceCollection services, bool acceptRestore) => services.AddPostgreSqlStorage(
        store => (store.ConnectionString, store.AcceptRestore) = (_server.Address(), acceptRestore));

    protected override async Task BackUpAsync() => _backup = await _server.DumpAsync("orchestration");

    protected override async Task PutBackAsync()
    {
        await _server.QueryAsync("DROP SCHEMA orchestration CASCADE");
        await _server.PutBackAsync(_backup!);
    }

    protected override async Task LoseAsync()
    {
        await _server.StopAsync();
        await _server.StartAsync();
    }
}
