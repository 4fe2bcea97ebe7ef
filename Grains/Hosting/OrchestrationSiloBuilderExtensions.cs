using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestration.Grains.Activities;
using Orchestration.Grains.Health;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Messages;
using Orchestration.Grains.Placement;
using Orchestration.Grains.Recovery;
using Orchestration.Grains.Visibility;
using Orchestration.Grains.Workflows;
using Orchestration.Grains.Workflows.Idle;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Grains.Workflows.Starts;
using Orchestration.Grains.Workflows.Telemetry;
using Orchestration.Grains.Workflows.Watch;
using Orchestration.Workflows;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orchestration.Grains.Hosting;

/// <summary>Adds workflows to a silo.</summary>
public static class OrchestrationSiloBuilderExtensions
{
    /// <summary>
    /// Makes the silo host workflows and activities. A history store has to be registered besides (for example
    /// <c>AddSqliteStorage</c>). What is wrong with a workflow or activity class is said when the silo starts, before it serves.
    /// </summary>
    public static ISiloBuilder AddOrchestration(this ISiloBuilder builder, Action<OrchestrationOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddMetrics();
        services.AddOptions<OrchestrationOptions>();
        if (configure is not null) services.Configure(configure);

        // A run whose turn never ends is marked as stalled at the limit; later its activation is replaced by one that reads that.
        services.AddOptions<SiloMessagingOptions>().PostConfigure<IOptions<OrchestrationOptions>>(static (messaging, engine) =>
            messaging.MaxRequestProcessingTime = Shorter(messaging.MaxRequestProcessingTime, 2 * engine.Value.TurnLimit));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(EngineThreads.Pool);
        services.TryAddSingleton(static s => new PollClock(s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(static s => new WorkflowCatalog(Options(s).WorkflowTypes));
        services.TryAddSingleton(static s => new RunSettings
        {
            Workflows = s.GetRequiredService<WorkflowCatalog>(),
            Placement = s.GetRequiredService<IActivityPlacement>(),
            Converter = Options(s).PayloadConverter,
            MaximumPayloadBytes = Options(s).MaximumPayloadBytes,
            FailsRun = Options(s).FailsRun,
            ContinueHint = new ContinueHint(
                Positive(Options(s).ContinueAsNewAtEvents), Positive(Options(s).ContinueAsNewAtBytes)),
            Interceptors = [.. Options(s).WorkflowInterceptors],
        });
        services.TryAddSingleton<WorkflowInstruments>();
        services.TryAddSingleton<TurnMonitor>();
        services.AddSingleton<StoreWatch>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static s => s.GetRequiredService<StoreWatch>());
        services.TryAddSingleton<RunReader>();
        services.TryAddSingleton<RunWriter>();
        services.TryAddSingleton(static s => new IdleWorkflows(Options(s).MaximumIdleWorkflows));
        services.TryAddSingleton(static s =>
            new StartGate(Options(s).MaximumPendingStarts, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, CatalogCheck>();
#if ORLEANS
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, GenerationGuard>();
#else
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, WarmUp.WarmUpLifecycle>();
#endif
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, StartGateLifecycle>();
        services.TryAddSingleton<SuspectGate>();
        services.TryAddSingleton<WorkflowServices>();
        services.AddMessages();
        services.AddPlacement();
        services.AddActivities();
        services.AddRecovery();
        services.AddVisibility();
        return builder;
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static long Positive(long limit) => limit > 0 ? limit : throw new InvalidRequest(
        $"{nameof(OrchestrationOptions.ContinueAsNewAtEvents)} and {nameof(OrchestrationOptions.ContinueAsNewAtBytes)} must be "
        + $"more than zero; {limit} was given.");

    private static OrchestrationOptions Options(IServiceProvider services) =>
        services.GetRequiredService<IOptions<OrchestrationOptions>>().Value;
}
