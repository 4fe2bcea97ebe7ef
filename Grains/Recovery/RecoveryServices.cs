using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Placement;
using Orchestration.Grains.Storage;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Grains.Recovery;

/// <summary>Registers what wakes runs.</summary>
internal static class RecoveryServices
{
    /// <summary>Adds recovery. Needs placement and reminders.</summary>
    public static IServiceCollection AddRecovery(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<LiveRuns>();
        services.AddSingleton<LiveShards>();
        services.AddSingleton<LiveElsewhere>();
        services.AddSingleton<RecoveryInstruments>();
        services.AddSingleton<ReminderGate>();
        services.AddSingleton(static s => new WakeGate { SiloStartedAt = s.GetRequiredService<TimeProvider>().GetUtcNow() });
        services.AddSingleton(static s => Shared(s, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, RecoveryStarter>();
        return services;
    }

    /// <summary>What the shards of a silo share, by a given clock.</summary>
    public static ShardServices Shared(IServiceProvider services, TimeProvider time)
    {
        var grains = services.GetRequiredService<IGrainFactory>();
        var code = services.GetRequiredService<ClusterCode>();
        return new ShardServices
        {
            Store = services.GetRequiredService<IHistoryStore>(),
            Live = services.GetRequiredService<LiveRuns>(),
            Gate = services.GetRequiredService<WakeGate>(),
            Options = services.GetRequiredService<IOptions<OrchestrationOptions>>().Value,
            Time = time,
            Instruments = services.GetRequiredService<RecoveryInstruments>(),
            Logger = services.GetRequiredService<ILogger<Shard>>(),
            WakeRun = wake =>
                grains.GetGrain<IWorkflowRunGrain>(wake.Workflow).WakeAsync(new WakeRequest(wake.AfterCrash, wake.CodeFrom)),
            LocalKey = services.GetRequiredService<ClusterView>().LocalKey,
            AreLiveElsewhere = services.GetRequiredService<LiveElsewhere>().AreLiveAsync,
            BringsNewCode = code.IsNewBuildAsync,
            LiveBuilds = code.BuildsAsync,
        };
    }
}
