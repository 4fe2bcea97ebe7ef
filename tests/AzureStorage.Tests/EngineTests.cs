using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Storage.AzureStorage;
using Orchestration.Tests.Servers;
using Orchestration.Tests.Support;
using Orchestration.Workflows;
using Orleans.Hosting;

namespace Orchestration.AzureStorage.Tests;

/// <summary>The whole engine over this store, as a host registers it.</summary>
public sealed class EngineTests
{
    private const int Steps = 40;

    [Theory]
    [InlineData(AzureStorageForm.SharedLog)]
    [InlineData(AzureStorageForm.BlobPerRun)]
    public async Task Workflows_ServiceIsLostAgainAndAgain_EachStepIsDoneOnceInItsHistory(AzureStorageForm form)
    {
        const int Workflows = 8, Losses = 4;
        await using var server = await AzuriteServer.StartNewAsync(inMemory: false);
        Counting.Started = 0;
        using var host = await StartAsync(server, form);
        var client = host.Services.GetRequiredService<IWorkflowClient>();
        var chains = Enumerable.Range(0, Workflows).Select(i => client.GetWorkflow<Chain>($"chain-{i}")).ToArray();
        foreach (var chain in chains) await chain.StartAsync(Steps);
        var results = chains.Select(chain => chain.GetResultAsync()).ToArray();
        for (var loss = 1; loss <= Losses; loss++)
        {
            var reached = Workflows * Steps * loss / (Losses + 1);
            await Eventually.EventuallyAsync(
                () => Volatile.Read(ref Counting.Started) >= reached, "steps", TimeSpan.FromSeconds(60));
            await server.StopAsync();
            await server.StartAsync();
        }

        Assert.All(await Task.WhenAll(results), result => Assert.Equal(Steps, result));
        foreach (var chain in chains)
        {
            var done = 0;
            await foreach (var e in chain.GetHistoryAsync())
                if (e.Type == "activity-completed") done++;
            Assert.Equal(Steps, done);
        }

        await host.StopAsync();
    }

    [Theory]
    [InlineData(AzureStorageForm.SharedLog)]
    [InlineData(AzureStorageForm.BlobPerRun)]
    public async Task Workflows_SiloStartedAnew_GoOnFromTheContainer(AzureStorageForm form)
    {
        await using var server = await AzuriteServer.StartNewAsync();
        using (var first = await StartAsync(server, form))
        {
            await first.Services.GetRequiredService<IWorkflowClient>().GetWorkflow<Waiting>("waiting").StartAsync(7);
            await first.StopAsync();
        }

        using var second = await StartAsync(server, form);
        var waiting = second.Services.GetRequiredService<IWorkflowClient>().GetWorkflow<Waiting>("waiting");
        await waiting.SignalAsync(w => w.Go());
        Assert.Equal(7, await waiting.GetResultAsync());
        await second.StopAsync();
    }

    private static async Task<IHost> StartAsync(AzuriteServer server, AzureStorageForm form)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddAzureStorage(store =>
        {
            (store.ConnectionString, store.Form, store.FlushBytes) = (server.Address(), form, 20_000);
            (store.RetryLimit, store.RetryDelay) = (TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(50));
        });
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort: 0, gatewayPort: 0);
            silo.UseStoreReminders();
            silo.AddOrchestration(options => options
                .AddWorkflow<Chain>().AddWorkflow<Waiting>().AddActivities<Counting>());
        });
        builder.Services.AddOrchestrationClient();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    /// <summary>Steps, one after the other.</summary>
    [Workflow("chain")]
    public sealed class Chain : Workflow<int, int>
    {
        public override async Task<int> RunAsync(int steps)
        {
            var counting = Context.Activities<ICounting>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
            var done = 0;
            for (var i = 0; i < steps; i++) done += await counting.CountAsync(i.ToString(CultureInfo.InvariantCulture));
            return done;
        }
    }

    /// <summary>Waits for a message.</summary>
    [Workflow("waiting")]
    public sealed class Waiting : Workflow<int, int>
    {
        private bool _goes;

        [Signal]
        public void Go() => _goes = true;

        public override async Task<int> RunAsync(int number)
        {
            await Context.WhenAsync(() => _goes);
            return number;
        }
    }

    public interface ICounting
    {
        Task<int> CountAsync(string step);
    }

    public sealed class Counting : ICounting
    {
        internal static int Started;

        public Task<int> CountAsync(string step)
        {
            Interlocked.Increment(ref Started);
            return Task.FromResult(1);
        }
    }
}
