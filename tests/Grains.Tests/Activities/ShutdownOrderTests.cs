using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestration.Client;
using Orchestration.Grains.Activities;
using Orchestration.Grains.Recovery;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Runtime.Membership;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Activities;

/// <summary>A host that stops ends attempts before it stops what they call, and its runs go on meanwhile.</summary>
public sealed class ShutdownOrderTests
{
    [Fact]
    public async Task ServicesOfTheApplication_StopAfterTheAttemptsThatCallThem_AndHoldUpNoRun()
    {
        var world = new World();
        var shop = new Shop(world);
        await using var cluster = new EngineCluster
        {
            // After the silo, so that the host stops them before it.
            Services = s => s.AddSingleton(world).AddSingleton<IHostedService>(shop),
        };
        var leaver = await cluster.AddAsync(TestHosting.All);
        var other = await cluster.AddAsync(TestHosting.All);
        var live = leaver.Services.GetRequiredService<LiveRuns>();
        var id = await RunOnAsync();

        shop.Closes = id;
        var leaving = cluster.LeaveAsync(leaver);
        Assert.True(await shop.Closing.Task, "the attempt had ended when the shop was told to close");

        // The silo is still there, since the shop takes its time; the attempt is repeated where there is none that stops.
        await Eventually.EventuallyAsync(() => world.CountOf("Block") == 2, "the next attempt has begun");
        Assert.True(live.IsLive(new WorkflowKey(id).ToGrainKey()));
        world.Block(id).SetResult("done");
        Assert.Equal("done", await other.Client.GetWorkflow<Blocker>(id).GetResultAsync());
        Assert.False(leaving.IsCompleted);
        shop.Closed.SetResult();
        await leaving;

        async Task<string> RunOnAsync()
        {
            for (var n = 0; ; n++)
            {
                var run = other.Client.GetWorkflow<Sleeper>($"run{n}");
                await run.StartAsync(TimeSpan.FromDays(1));
                var isHere = live.IsLive(new WorkflowKey($"run{n}").ToGrainKey());
                await run.TerminateAsync("only to see where it lives");
                if (!isHere) continue;
                await other.Client.GetWorkflow<Blocker>($"run{n}").StartAsync($"run{n}");
                await world.StartOf($"run{n}").Task;
                return $"run{n}";
            }
        }
    }

    [Fact]
    public async Task ASiloThatHasBeenCountedOut_WaitsForNobodyToTakeItsOutcomes()
    {
        var world = new World();
        await using var cluster = new EngineCluster { Services = s => s.AddSingleton(world) };
        var silo = await cluster.AddAsync(TestHosting.All);
        await silo.Client.GetWorkflow<Blocker>("a").StartAsync("a");
        await world.StartOf("a").Task;
        var drain = silo.Services.GetServices<IHostedService>().OfType<ActivityHostDrain>().Single();
        var host = silo.Services.GetRequiredService<ActivityHost>();

        silo.Services.GetRequiredService<SiloFence>().Fence("ORCH0202: as the table says");
        await drain.StoppingAsync(CancellationToken.None);
        Assert.True(host.TakesAttempts, "what is left is for the silo's own stop, which takes a second at most");
        Assert.Equal(1, host.Open);
    }

    [Fact]
    public async Task StoppedTwice_AndAfterItsEnd_DoesNothing()
    {
        var silo = await TestSilo.StartAsync(
            new InMemoryHistoryStore(), TestHosting.All, services: static s => s.AddSingleton(new World()));
        var drain = silo.Services.GetServices<IHostedService>().OfType<ActivityHostDrain>().Single();
        await silo.DisposeAsync();
        await drain.StoppingAsync(CancellationToken.None);
    }

    /// <summary>What activities call: a service of the application, one on each silo.</summary>
    private sealed class Shop(World world) : IHostedService
    {
        private int _closing;

        public string? Closes { get; set; }

        /// <summary>Whether the attempt at work had ended when the first one was told to close.</summary>
        public TaskCompletionSource<bool> Closing { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Closed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _closing) > 1) return;
            Closing.SetResult(world.Cancellations.ContainsKey(Closes!));
            await Closed.Task.WaitAsync(cancellationToken);
        }
    }
}
