using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestration.Client;
using Orchestration.Grains.Storage;
using Orchestration.Providers.Tests.Tables;
using Orchestration.Silo.Tests;
using Orchestration.Storage.Sqlite;
using Orchestration.Tests.Support;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Orchestration.Providers.Tests;

/// <summary>Silo processes that find each other, and keep their reminders, in tables of Orleans' own providers.</summary>
public sealed class ClusterTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("providers-");

    private string Data => Path.Combine(_directory.FullName, "data");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task AdoNet_OneOfTwoSilosIsKilled_TheOtherGoesOnWithAllOfIt() =>
        await OneOfTwoIsKilledAsync(await AdoNetProvider.StartAsync());

    [Fact]
    public async Task AzureTables_OneOfTwoSilosIsKilled_TheOtherGoesOnWithAllOfIt() =>
        await OneOfTwoIsKilledAsync(await AzureProvider.StartAsync());

    private async Task OneOfTwoIsKilledAsync(IProviderTables tables)
    {
        const int Runs = 40;
        await using var provider = tables;
        var assembly = AssemblyCompiler.Compile(_directory, "patient", [], PatientWorkflow.Source).FullName;
        using var first = Start(provider, assembly);
        await first.ReadyAsync();
        using var second = Start(provider, assembly);
        await second.ReadyAsync();
        Assert.Equal(2, await provider.CountSilosAsync());

        // All shards ask for theirs at once, and none goes without.
        await Eventually.EventuallyAsync(
            provider.CountRemindersAsync, static count => count == Shards.Default, "a reminder for each shard");
        using var host = await ConnectAsync(provider);
        var workflows = host.Services.GetRequiredService<IWorkflowClient>();
        for (var n = 0; n < Runs; n++) await workflows.GetWorkflow($"run{n}", "patient").StartAsync(n);

        first.Kill();
        var ended = Enumerable.Range(0, Runs).Select(async n =>
        {
            var run = workflows.GetWorkflow($"run{n}", "patient");
            await run.SignalAsync("Go");
            Assert.Equal(n + 1, await run.GetResultAsync<int>());
        });
        await Task.WhenAll(ended).WaitAsync(TimeSpan.FromSeconds(90));
        await host.StopAsync();
        Assert.Equal(0, await second.TerminateAsync());
        Assert.Equal(Shards.Default, await provider.CountRemindersAsync());

        // The history store has had no part in it.
        await using var stores = await SqliteStores.OpenAsync(
            new SqliteStoreOptions { Path = Path.Combine(Data, "orchestration.db") });
        Assert.Empty(await stores.Reminders.ReadRangeAsync(0, 0));
        Assert.False(File.Exists(Path.Combine(Data, "orchestration.db.members")));
    }

    private SiloProcess Start(IProviderTables provider, string assembly) => SiloProcess.Start(
    [
        "--data", Data, "--cluster", "dev", "--port", "0", "--http", "off", "--assembly", assembly,
        "--providers", provider.Name, "--providers-connection", provider.Connection,
    ]);

    private static async Task<IHost> ConnectAsync(IProviderTables provider)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client =>
        {
            provider.AddGateways(client);
            client.Configure<ClusterOptions>(static o => (o.ClusterId, o.ServiceId) = ("dev", "dev"));
        });
        builder.Services.AddOrchestrationClient();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
