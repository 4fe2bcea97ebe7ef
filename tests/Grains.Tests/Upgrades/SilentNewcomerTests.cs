using System.Diagnostics;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestration.Client;
using Orchestration.Grains.Activities;
using Orchestration.Grains.Interfaces.Placement;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Placement;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;
using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Tests.Upgrades;

/// <summary>A silo with other code joins, and one of those that are there does not hear from it at first.</summary>
public sealed class SilentNewcomerTests
{
    private const int Runs = 24;

    [Fact]
    public async Task Runs_TheirSiloHearsLaterThanTheirShard_GoOnOnceItHears()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = 0;
        var factory = HeldFactory.Make();
        await using var cluster = new EngineCluster { Services = services => { if (held++ == 0) factory.ReplaceIn(services); } };
        await cluster.AddAsync(static o => o.AddWorkflow<OrderTwo>());
        var young = await cluster.AddAsync(static o => o.AddWorkflow<OrderTwo>());
        var old = await cluster.AddAsync(static o => o.AddWorkflow<OrderOne>());
        for (var n = 0; n < Runs; n++)
            await old.Client.GetWorkflow<OrderOne>($"o{n}").StartAsync($"o{n}", new StartOptions { Version = 1 });

        await cluster.LeaveAsync(old);
        for (var n = 0; n < Runs; n++)
            await Assert.ThrowsAsync<WorkflowStalled>(
                () => young.Client.GetWorkflow<OrderOne>($"o{n}").SignalAsync(static w => w.Go()));

        // The first silo keeps some of the runs, the second the shards of some of those.
        factory.Gate = gate.Task;
        await cluster.AddAsync(static o => o.AddWorkflow<OrderOne>().AddWorkflow<OrderTwo>());
        var (waited, since) = (0, Stopwatch.GetTimestamp());
        await Eventually.EventuallyAsync(
            () =>
            {
                if (cluster.Log.CountOf("has not said yet what it hosts") is var now && now != waited)
                    (waited, since) = (now, Stopwatch.GetTimestamp());
                return waited > 0 && Stopwatch.GetElapsedTime(since) > TimeSpan.FromMilliseconds(500);
            },
            "the first silo has waited in vain, for each of its runs");
        gate.SetResult();
        for (var n = 0; n < Runs; n++)
        {
            var id = new WorkflowKey($"o{n}");
            await Eventually.EventuallyAsync(
                async () => (await cluster.Store.FindAsync(id))!.Summary.Status, static s => s == WorkflowStatus.Running,
                $"{id} goes on");
        }
    }

    /// <summary>Grains as they are, but for silos that are asked what they host: they answer when the gate is open.</summary>
    public class HeldFactory : DispatchProxy
    {
        private IGrainFactory? _inner;

        public Task Gate { get; set; } = Task.CompletedTask;

        internal static HeldFactory Make() => (HeldFactory)(object)Create<IGrainFactory, HeldFactory>();

        internal void ReplaceIn(IServiceCollection services) => services.AddSingleton(s =>
        {
            _inner = s.GetRequiredService<IGrainFactory>();
            return new ClusterCode(
                s.GetRequiredService<WorkflowCatalog>(), s.GetRequiredService<ActivityCatalog>(),
                s.GetRequiredService<ClusterView>(), (IGrainFactory)(object)this, s.GetRequiredService<TimeProvider>(),
                s.GetRequiredService<ILogger<ClusterCode>>());
        });

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var grain = targetMethod!.Invoke(_inner, args);
            return grain is ISiloGrain silo ? HeldSilo.Make(silo, Gate) : grain;
        }
    }

    /// <summary>One such silo.</summary>
    public class HeldSilo : DispatchProxy
    {
        private ISiloGrain? _inner;
        private Task? _gate;

        internal static ISiloGrain Make(ISiloGrain inner, Task gate)
        {
            var silo = Create<ISiloGrain, HeldSilo>();
            var held = (HeldSilo)(object)silo;
            (held._inner, held._gate) = (inner, gate);
            return silo;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(ISiloGrain.GetCodeAsync) ? CodeAsync() : targetMethod.Invoke(_inner, args);

        private async Task<HostedCode> CodeAsync()
        {
            await _gate!;
            return await _inner!.GetCodeAsync();
        }
    }
}
