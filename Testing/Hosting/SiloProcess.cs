using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Storage;
using Orchestration.Runtime.Activations;
using Orchestration.Runtime.Gateway;
using Orchestration.Runtime.Hosting;
using Orchestration.Runtime.Messaging;
using Orchestration.Testing.Time;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Timers;

namespace Orchestration.Testing.Hosting;

/// <summary>
/// One life of the environment's silo: the bundled runtime and the engine, on a lane of its own. Killing it closes the lane, and
/// with that everything that it was about to do.
/// </summary>
internal sealed class SiloProcess
{
    private static readonly TimeSpan WakeWindow = TimeSpan.FromDays(40);

    private readonly SiloParts _parts;
    private readonly Lane _lane;
    private readonly SiloThreads _threads;
    private readonly TaskCompletionSource _dead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ServiceProvider _provider;
    private readonly IMeterFactory? _meters;
    private IHostedService[] _hosted = [];

    private SiloProcess(SiloParts parts)
    {
        _parts = parts;
        _lane = new Lane(parts.Executor);
        _threads = new SiloThreads(_lane, parts.Ledger, parts.Calls, parts.Options.ActivitiesInTurn);
        var services = new ServiceCollection();
        Register(services);
        _provider = services.BuildServiceProvider();
        _meters = _provider.GetService<IMeterFactory>();
    }

    /// <summary>Its services.</summary>
    public IServiceProvider Services => _provider;

    /// <summary>Starts a silo. Where it is killed meanwhile, that ends it too.</summary>
    public static async Task<SiloProcess> StartAsync(SiloParts parts, Action<SiloProcess> made)
    {
        parts.Ledger.Enter();
        try
        {
            var silo = new SiloProcess(parts);
            made(silo);
            var started = silo._lane.RunAsync(silo.StartAsync);
            if (await Task.WhenAny(started, silo._dead.Task) == started) await started;
            return silo;
        }
        finally
        {
            parts.Ledger.Exit();
        }
    }

    /// <summary>Stops it in good order. Where it is killed meanwhile, that ends it too.</summary>
    public async Task StopAsync()
    {
        var stopped = _lane.RunAsync(async () =>
        {
            for (var i = _hosted.Length - 1; i >= 0; i--) await _hosted[i].StopAsync(CancellationToken.None);
        });
        if (await Task.WhenAny(stopped, _dead.Task) != stopped) return;
        await stopped;
        Kill();
        await _provider.DisposeAsync();
    }

    /// <summary>Kills it: it does nothing from now on, and nothing of it is put in order.</summary>
    public void Kill()
    {
        _lane.Close();
        _parts.Clock.DropAll(_lane);
        _threads.Abandon();
        _dead.TrySetResult();
        _meters?.Dispose();
    }

    private async Task StartAsync()
    {
        _hosted = [.. _provider.GetServices<IHostedService>()];
        foreach (var service in _hosted) await service.StartAsync(CancellationToken.None);
        _parts.Calls.Attach(_provider.GetRequiredService<IRequestRouter>());
    }

    private void Register(ServiceCollection services)
    {
        var clock = new ClockView(_parts.Clock, TimerKind.Due, _lane);
        var lazy = new ClockView(_parts.Clock, TimerKind.Lazy, _lane);
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton<ILoggerFactory>(_parts.Options.LoggerFactory);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton<ITurnDispatcher>(_lane);
        services.AddSingleton<EngineThreads>(_threads);
        services.AddSingleton(new PollClock(lazy));
        services.AddSingleton(SharedParts.Serializer);
        services.AddSingleton(_parts.Client);
        services.AddSingleton(_parts.Environment);
        services.AddSingleton<IHistoryStore>(new SiloStore(_parts.Store, _lane, _parts.Ledger, () => _parts.Appended(this)));
        services.AddSingleton<ISmallStateStore>(_parts.SmallStates);
        services.AddSingleton(_ => _parts.Shared.Workflows);
        services.AddOrleans(silo =>
        {
            silo.ConfigureEndpoints(IPAddress.Loopback, siloPort: 0, gatewayPort: 0);
            silo.AddOrchestration();
        });
        services.AddSingleton(Options.Create(_parts.Engine));
        services.AddSingleton<IReminderRegistry, NoReminders>();

        // What the runtime registers for a silo of its own is replaced: nobody connects from outside, and housekeeping is not
        // worth a stop of the clock.
        services.RemoveAll<GatewayListener>();
        var gateway = services.Single(static s => s.ImplementationType == typeof(GatewayService));
        services.Remove(gateway);
        services.AddSingleton(SharedParts.Classes);
        services.AddSingleton(s => _parts.Shared.Activities(s));
        services.AddSingleton(s => new PendingCalls(lazy, s.GetRequiredService<IOptions<SiloMessagingOptions>>()
            .Value.ResponseTimeout));
        services.AddSingleton(s => new ActivationCollector(
            s.GetRequiredService<ActivationCatalog>(), s.GetRequiredService<IMemoryGauge>(), lazy,
            s.GetRequiredService<IOptions<GrainCollectionOptions>>(), s.GetRequiredService<ILogger<ActivationCollector>>()));
        services.Configure<RuntimeTestOptions>(static o => o.SerializeLocalCalls = true);
        foreach (var configure in _parts.Options.ServiceActions) configure(services);
    }

    /// <summary>What the engine is told, the same for every silo of an environment.</summary>
    internal static OrchestrationOptions EngineOptions(WorkflowTestOptions options)
    {
        var engine = new OrchestrationOptions { WakeWindow = WakeWindow };
        foreach (var configure in options.EngineActions) configure(engine);
        return engine;
    }
}

/// <summary>What a silo needs of its environment.</summary>
internal sealed class SiloParts
{
    public required WorkflowTestOptions Options { get; set; }

    public required OrchestrationOptions Engine { get; set; }

    public required SharedParts Shared { get; set; }

    public required VirtualClock Clock { get; init; }

    public required WorkLedger Ledger { get; init; }

    public required Executor Executor { get; init; }

    public required ClientCalls Calls { get; init; }

    public required IWorkflowClient Client { get; init; }

    /// <summary>The environment, for activities that wait in its time.</summary>
    public required WorkflowTestEnvironment Environment { get; init; }

    public required IHistoryStore Store { get; set; }

    public required ISmallStateStore SmallStates { get; init; }

    /// <summary>Told of each append of a silo.</summary>
    public required Action<SiloProcess> Appended { get; init; }
}
