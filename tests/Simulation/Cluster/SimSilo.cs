using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestration.Grains.Activities;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Placement;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Watch;
using Orchestration.Runtime.Activations;
using Orchestration.Runtime.Gateway;
using Orchestration.Runtime.Membership;
using Orchestration.Runtime.Messaging;
using Orchestration.Runtime.References;
using Orchestration.Simulation.Breaking;
using Orchestration.Simulation.Time;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orchestration.Simulation.Cluster;

/// <summary>One life of a silo: the bundled runtime and the engine as they are, with the world's edges for sockets, disks and
/// time.</summary>
internal sealed class SimSilo : ISimHost, ISiloPeers, ILocalSiloDetails, IDisposable
{
    private readonly SimCluster _cluster;
    private readonly SimBuild _build;
    private readonly SimClock _clock;
    private readonly ServiceProvider _provider;
    private IHostedService[] _hosted = [];

    public SimSilo(SimCluster cluster, int number, int generation)
    {
        _cluster = cluster;
        _build = cluster.BuildOf(number);
        SiloAddress = SiloAddress.New(IPAddress.Loopback, 11_000 + number, generation);
        GatewayAddress = SiloAddress;
        Number = number;
        Name = $"silo {number}.{generation}";
        Lane = new SimLane(cluster.Loop, Name) { Number = (ulong)number + 1 };
        _clock = new SimClock(Lane);
        Calls = new SimCalls(cluster, SimShared.Serializer, () => this);
        MembershipPeers = new SimMembershipPeers(cluster, this);
        var services = new ServiceCollection();
        Register(services);
        _provider = services.BuildServiceProvider();
        _provider.GetRequiredService<SiloFence>().OnFenced(_ => cluster.Loop.After(cluster.Loop.World, TimeSpan.Zero,
            () => cluster.Fence(this)));
    }

    public int Number { get; }

    public string Name { get; }

    public SiloAddress SiloAddress { get; }

    public SiloAddress GatewayAddress { get; }

    public string DnsHostName => "simulation";

    public string ClusterId => "simulation";

    public SimLane Lane { get; }

    public SimClock Clock => _clock;

    public SimCalls Calls { get; }

    public SimMembershipPeers MembershipPeers { get; }

    public ILocalMembership Membership => _provider.GetRequiredService<ILocalMembership>();

    public IRequestReceiver? Receiver { get; private set; }

    public PendingCalls? Pending { get; private set; }

    public bool IsTableReachable { get; set; } = true;

    public bool IsStoreReachable { get; set; } = true;

    /// <summary>Whether it takes part, as far as it knows itself.</summary>
    public bool IsUp { get; private set; }

    public bool IsLeaving { get; private set; }

    /// <summary>Starts it; ends when it is in full service, or never where it dies before.</summary>
    public Task StartAsync() => Lane.RunAsync(async () =>
    {
        Pending = _provider.GetRequiredService<PendingCalls>();
        _hosted = [.. _provider.GetServices<IHostedService>()];
        foreach (var service in _hosted) await service.StartAsync(CancellationToken.None);
        IsUp = true;
    });

    /// <summary>
    /// Stops it in good order, as a host does: all are told first, then what the application runs besides takes its time, and
    /// the silo itself is last.
    /// </summary>
    public Task StopAsync()
    {
        IsLeaving = true;
        return Lane.RunAsync(async () =>
        {
            foreach (var service in _hosted.OfType<IHostedLifecycleService>().Reverse())
                await service.StoppingAsync(CancellationToken.None);

            // None, or up to two seconds: not drawn, so that worlds go on as they did until a silo leaves.
            var application = TimeSpan.FromMilliseconds(500 * ((Number + (SiloAddress.Generation * 3)) % 5));
            if (application > TimeSpan.Zero) await Task.Delay(application, _clock);
            for (var i = _hosted.Length - 1; i >= 0; i--) await _hosted[i].StopAsync(CancellationToken.None);
        });
    }

    /// <summary>It dies between two steps.</summary>
    public void Kill()
    {
        IsUp = false;
        Lane.Close();
        Pending?.Dispose();
        _cluster.Network.Detach(this);
    }

    /// <summary>
    /// The world is over. What watches over turns goes by real time, and its timer would keep the silo, and all that it knows,
    /// for as long as this process lives.
    /// </summary>
    public void Dispose() => _provider.GetRequiredService<TurnMonitor>().Dispose();

    /// <summary>Breaks rule 4: see <see cref="HastyQueries"/>.</summary>
    public QueryReply? AnswerHastily(Request request) =>
        HastyQueries.Answer(request, _provider.GetRequiredService<ActivationCatalog>());

    /// <summary>Breaks rule 4: dispatches the first attempts of an append that is yet to be made.</summary>
    public void DispatchEarly(AppendRequest request)
    {
        var events = new List<HistoryEvent>();
        HistorySerializer.Read(request.Body.Span, request.Format, events);
        foreach (var scheduled in events.OfType<ActivityScheduled>().Where(e => e.Host == SiloKey.Of(SiloAddress)))
        {
            _provider.GetRequiredService<ActivityHost>().Dispatch(new ActivityTask
            {
                Id = new AttemptId(request.Key.Key.ToGrainKey(), request.Key.RunId.Value, scheduled.Command, 1),
                ActivityType = scheduled.ActivityType, Arguments = [.. scheduled.Arguments], StoreHandle = request.Handle,
                StartToClose = scheduled.Settings.StartToClose, Heartbeat = scheduled.Settings.Heartbeat, Fence = long.MaxValue,
            });
        }
    }

    string ILocalSiloDetails.Name => Name;

    void ISiloPeers.Send(SiloAddress silo, Request request) => Calls.Send(_cluster.NameOf(silo), request);

    void ISiloPeers.Cancel(Request request)
    {
        // The other silo works on for nobody, which is allowed.
    }

    void ISiloPeers.Forget(Request request)
    {
        // An answer that comes later finds nobody.
    }

    Task ISiloPeers.StartAsync(CancellationToken cancellation)
    {
        Receiver = _provider.GetRequiredService<IRequestReceiver>();
        return Task.CompletedTask;
    }

    Task ISiloPeers.StopAsync() => Task.CompletedTask;

    void ISiloPeers.CutOff(string reason)
    {
        // The process ends with its next step.
    }

    private void Register(ServiceCollection services)
    {
        services.AddSingleton<TimeProvider>(_clock);
        services.AddSingleton<ILoggerFactory>(_cluster.Loggers);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton<ITurnDispatcher>(Lane);
        services.AddSingleton<EngineThreads>(new SimThreads(Lane));
        services.AddSingleton(SimShared.Serializer);
        services.AddSingleton<ILocalSiloDetails>(this);
        services.AddSingleton<IMembershipTable>(
            new SimTable(_cluster.Loop, Lane, _cluster.Faults, _cluster.Table, () => IsTableReachable));
        services.AddSingleton<IMembershipPeers>(MembershipPeers);
        services.AddSingleton<ISiloPeers>(this);
        services.AddSingleton(_cluster.Journal.On(this, _cluster));
        services.AddSingleton(_cluster.StoreOf(this));
        services.AddSingleton<ISmallStateStore>(_cluster.SmallStates);
        services.AddSingleton<IReminderStore>(_cluster.Reminders);
        services.AddSingleton(_ => _build.Workflows);
        services.AddOrleans(silo =>
        {
            silo.ConfigureEndpoints(IPAddress.Loopback, siloPort: 0, gatewayPort: 0);
            silo.UseStoreReminders();
            silo.AddOrchestration();
        });
        services.AddSingleton(Options.Create(_build.Engine));
        services.RemoveAll<GatewayListener>();
        services.AddSingleton<IMeterFactory>(new SimMeters());
        services.Remove(services.Single(static s => s.ImplementationType == typeof(GatewayService)));
        services.AddSingleton(SimShared.Classes);
        services.AddSingleton(s => _build.Activities(s));
        services.Configure<Orchestration.Runtime.Hosting.RuntimeTestOptions>(static o => o.SerializeLocalCalls = true);
        if (_cluster.Broken != SimBreak.Nothing) Break(services);
    }

    private void Break(ServiceCollection services)
    {
        services.AddSingleton<IGrainFactory>(s => new BrokenGrains(_cluster, s.GetRequiredService<ReferenceFactory>()));
        services.AddSingleton<IActivityDispatcher>(s =>
            new BrokenDispatcher(_cluster, s.GetRequiredService<ActivityDispatcher>()));
        if (_cluster.Broken == SimBreak.DeactivatedAtOnce)
            services.Configure<GrainCollectionOptions>(static o => o.DeactivationTimeout = TimeSpan.FromMilliseconds(0.1));
    }
}
