using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Providers.Tests.Tables;
using Orchestration.Storage.Sqlite;
using Orchestration.Workflows;
using Orleans;
using Orleans.Hosting;
using Orleans.Storage;

namespace Orchestration.Providers.Tests;

/// <summary>Small state of grains beside workflows, kept where the application says.</summary>
public sealed class StateTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("providers-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Store_StateOfAGrain_OutlivesItsSilo() =>
        await OutlivesAsync(static silo => silo.AddStoreGrainStorage("small"));

    [Fact]
    public async Task AdoNet_StateOfAGrain_OutlivesItsSilo()
    {
        await using var provider = await AdoNetProvider.StartAsync();
        await OutlivesAsync(silo => provider.AddState(silo, "small"));
    }

    [Fact]
    public async Task AzureTables_StateOfAGrain_OutlivesItsSilo()
    {
        await using var provider = await AzureProvider.StartAsync();
        await OutlivesAsync(silo => provider.AddState(silo, "small"));
    }

    private async Task OutlivesAsync(Action<ISiloBuilder> addState)
    {
        using (var first = await StartAsync(addState))
        {
            var counter = first.Services.GetRequiredService<IGrainFactory>().GetGrain<ICounterGrain>("a");
            Assert.Equal(1, await counter.AddAsync());
            Assert.Equal(2, await counter.AddAsync());
            await first.Services.GetRequiredService<IWorkflowClient>().GetWorkflow<Doubling>("w").StartAsync(21);
            await first.StopAsync();
        }

        using var second = await StartAsync(addState);
        var again = second.Services.GetRequiredService<IGrainFactory>().GetGrain<ICounterGrain>("a");
        Assert.Equal(3, await again.AddAsync());
        await again.ClearAsync();
        Assert.Equal(1, await again.AddAsync());
        Assert.Equal(42, await second.Services.GetRequiredService<IWorkflowClient>().GetWorkflow<Doubling>("w").GetResultAsync());

        // Whoever writes by what is stale is refused, by each provider in Orleans' own words.
        await Assert.ThrowsAnyAsync<InconsistentStateException>(() => again.WriteStaleAsync());
        await second.StopAsync();
    }

    private async Task<IHost> StartAsync(Action<ISiloBuilder> addState)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSqliteStorage(o => o.Path = Path.Combine(_directory.FullName, "orchestration.db"));
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(SiloPorts.OrFree(0), SiloPorts.OrFree(0));
            silo.UseStoreReminders();
            addState(silo);
            silo.AddOrchestration(static o => o.AddWorkflow<Doubling>());
        });
        builder.Services.AddOrchestrationClient();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    /// <summary>Twice as much.</summary>
    [Workflow("doubling")]
    public sealed class Doubling : Workflow<int, int>
    {
        public override async Task<int> RunAsync(int input)
        {
            await Context.DelayAsync(TimeSpan.FromMilliseconds(1));
            return 2 * input;
        }
    }
}
