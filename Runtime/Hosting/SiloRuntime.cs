using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestration.Runtime.Activations;
using Orchestration.Runtime.Messaging;
using Orchestration.Runtime.Placement;
using Orchestration.Runtime.References;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Timers;

namespace Orchestration.Runtime.Hosting;

/// <summary>What all activations of a silo share. Thread-safe.</summary>
internal sealed class SiloRuntime(
    IServiceProvider services, TimeProvider time, SiloDispatcher dispatcher, ILocalSiloDetails local,
        IClusterMembershipService membership,
    PendingCalls clock, ReferenceFactory references, ITimerRegistry timers, RuntimeInstruments instruments,
    IOptions<GrainCollectionOptions> collection, ILoggerFactory loggers) : IGrainRuntime
{
    private ActivationCatalog? _catalog;
    private IRequestRouter? _router;
    private PlacementHints? _hints;

    public string SiloIdentity { get; } = local.SiloAddress.ToString();

    public SiloAddress SiloAddress => local.SiloAddress;

    public SiloAddress Address => local.SiloAddress;

    public IGrainFactory GrainFactory => references;

    public ReferenceFactory References => references;

    public ITimerRegistry TimerRegistry => timers;

    public IServiceProvider ServiceProvider => services;

    public IServiceProvider Services => services;

    public TimeProvider TimeProvider => time;

    public TimeProvider Time => time;

    public ITurnDispatcher Dispatcher => dispatcher.Turns;

    public IClusterMembershipService Membership => membership;

    /// <summary>The coarse clock of the silo.</summary>
    public PendingCalls Clock => clock;

    public RuntimeInstruments Instruments => instruments;

    public GrainCollectionOptions Collection { get; } = collection.Value;

    public ActivationLog Log { get; } = new(loggers.CreateLogger("Orchestration.Runtime.Activations"));

    // Catalog and router need this object, and activations need them: resolved when the first activation asks.
    public ActivationCatalog Catalog => _catalog ??= services.GetRequiredService<ActivationCatalog>();

    public PlacementHints Hints => _hints ??= services.GetRequiredService<PlacementHints>();

    public IRequestRouter Router => _router ??= services.GetRequiredService<IRequestRouter>();

    public void DeactivateOnIdle(IGrainContext grainContext)
    {
        ArgumentNullException.ThrowIfNull(grainContext);
        grainContext.Deactivate(new(DeactivationReasonCode.ApplicationRequested, "The grain asked to be deactivated."));
    }

    public void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan)
    {
        if (grainContext is Activation activation) activation.DelayCollection(timeSpan);
    }
}
