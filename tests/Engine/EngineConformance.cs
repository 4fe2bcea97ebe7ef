using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Storage;
using Orchestration.Tests.Support;
using Orchestration.Workflows;
using Orleans.Hosting;

namespace Orchestration.Tests.Engine;

/// <summary>The whole engine over one store, as a host registers it: what holds over each of them.</summary>
public abstract class EngineConformance : IAsyncLifetime
{
    protected EngineWorld World { get; } = new();

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    /// <summary>Registers the store as an application does.</summary>
    protected abstract void AddStore(IServiceCollection services, bool acceptRestore);

    /// <summary>Makes a backup in the way that the documents tell, while nothing is written.</summary>
    protected abstract Task BackUpAsync();

    /// <summary>Puts it back; nobody has the store open.</summary>
    protected abstract Task PutBackAsync();

    [Fact]
    public async Task Workflows_SiloStartedAnew_GoOnFromTheStore()
    {
        using (var first = await StartAsync())
        {
            await ClientOf(first).GetWorkflow<Waiting>("waiting").StartAsync(7);
            await first.StopAsync();
        }

        using var second = await StartAsync();
        var waiting = ClientOf(second).GetWorkflow<Waiting>("waiting");
        await waiting.SignalAsync(w => w.Go());
        Assert.Equal(7, await waiting.GetResultAsync());
        await second.StopAsync();
    }

    [Fact]
    public async Task Workflows_BackupIsPutBack_RunAgainButForAttemptsThatMayRunOnce()
    {
        using (var first = await StartAsync())
        {
            var client = ClientOf(first);
            await client.GetWorkflow<Waiting>("waiting").StartAsync(7);
            await client.GetWorkflow<Once>("once").StartAsync("once");
            await client.GetWorkflow<Often>("often").StartAsync("often");
            await Eventually.EventuallyAsync(() => World.Executions.Count == 2, "both activities run");
            await BackUpAsync();
            World.Release();
            Assert.Equal(1, await client.GetWorkflow<Once>("once").GetResultAsync());
            Assert.Equal(1, await client.GetWorkflow<Often>("often").GetResultAsync());
            await client.GetWorkflow<Waiting>("late").StartAsync(8);
            await first.StopAsync();
        }

        await PutBackAsync();
        var refused = await Assert.ThrowsAsync<StoreRefused>(() => StartAsync());
        Assert.Equal(FaultCodes.StoreRestored, refused.Code);
        using (var second = await StartAsync(acceptRestore: true))
        {
            var client = ClientOf(second);
            var lost = await Assert.ThrowsAsync<WorkflowFailed>(() => client.GetWorkflow<Once>("once").GetResultAsync());
            Assert.IsType<ActivityLost>(Assert.IsType<ActivityFailed>(lost.InnerException, exactMatch: false).InnerException);
            Assert.Equal(2, await client.GetWorkflow<Often>("often").GetResultAsync());
            await second.StopAsync();
        }

        var often = World.Executions.Where(static e => e.Name == "often").ToArray();
        Assert.Equal([1, 2], often.Select(static e => e.Attempt));
        Assert.Single(often.Select(static e => e.Key).Distinct());
        Assert.Single(World.Executions, static e => e.Name == "once");

        // Consent is asked for once; what came after the backup is not there.
        using var third = await StartAsync();
        var waiting = ClientOf(third).GetWorkflow<Waiting>("waiting");
        await waiting.SignalAsync(w => w.Go());
        Assert.Equal(7, await waiting.GetResultAsync());
        await Assert.ThrowsAsync<WorkflowNotFound>(() => ClientOf(third).GetWorkflow<Waiting>("late").DescribeAsync());
        await third.StopAsync();
    }

    protected static IWorkflowClient ClientOf(IHost host) => host.Services.GetRequiredService<IWorkflowClient>();

    protected async Task<IHost> StartAsync(bool acceptRestore = false)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(World);
        AddStore(builder.Services, acceptRestore);
        builder.UseOrleans(static silo =>
        {
            silo.UseLocalhostClustering(siloPort: 0, gatewayPort: 0);
            silo.UseStoreReminders();
            silo.AddOrchestration(static options => options
                .AddWorkflow<Chain>().AddWorkflow<Waiting>().AddWorkflow<Once>().AddWorkflow<Often>()
                .AddActivities<EngineActivities>());
        });
        builder.Services.AddOrchestrationClient();
        var host = builder.Build();
        try
        {
            await host.StartAsync();
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }
}
