using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestration.Runtime.Activations;
using Orchestration.Runtime.Membership;
using Orchestration.Runtime.Peers;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orchestration.Runtime.Tests.Cluster;

/// <summary>One silo of a <see cref="TestCluster"/>, on a node of its own.</summary>
internal sealed class ClusterSilo : IFatalErrorHandler
{
    private readonly IHost _host;

    public ClusterSilo(TestCluster cluster, string name, IPAddress address, TimeSpan skew, Action<ISiloBuilder>? configure)
    {
        Name = name;
        Cluster = cluster;
        Clock = new SiloClock(cluster.Time, skew);
        Table = new NodeTable(cluster.Table);
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddProvider(new LogList(Log));
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddSingleton<ITurnDispatcher>(Dispatcher);
        builder.Services.AddSingleton<IMembershipTable>(Table);
        builder.Services.AddSingleton<IFatalErrorHandler>(this);
        builder.Services.AddSingleton(cluster.Network.Node(name));
        builder.UseOrleans(silo =>
        {
            silo.Configure<SiloOptions>(options => options.SiloName = name);
            silo.Configure<EndpointOptions>(options =>
            {
                options.AdvertisedIPAddress = address;
                options.SiloPort = 11111;
                options.GatewayPort = 30000;
            });
            configure?.Invoke(silo);
        });
        _host = builder.Build();
    }

    public string Name { get; }

    public TestCluster Cluster { get; }

    public SiloClock Clock { get; }

    public NodeDispatcher Dispatcher { get; } = new();

    public NodeTable Table { get; }

    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>Why it has ended; null while it has not.</summary>
    public string? Ended { get; private set; }

    public bool IsKilled { get; private set; }

    public bool IsPaused { get; private set; }

    public IServiceProvider Services => _host.Services;

    public SiloAddress Address => Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;

    public ClusterMembership Membership => Services.GetRequiredService<ClusterMembership>();

    public SiloFence Fence => Services.GetRequiredService<SiloFence>();

    public SiloPeers Peers => Services.GetRequiredService<SiloPeers>();

    public ActivationCatalog Catalog => Services.GetRequiredService<ActivationCatalog>();

    /// <summary>The silos that this one takes for active.</summary>
    public IEnumerable<SiloAddress> Active => Membership.CurrentSnapshot.Members.Values
        .Where(static member => member.Status == SiloStatus.Active).Select(static member => member.SiloAddress);

    public T Grain<T>(string key)
        where T : IGrainWithStringKey =>
        Services.GetRequiredService<IClusterClient>().GetGrain<T>(key);

    public Task StartAsync() => _host.StartAsync();

    public Task StopAsync() => _host.StopAsync();

    /// <summary>Ends it as a lost process: no goodbye, no turn, no timer.</summary>
    public void Kill()
    {
        IsKilled = true;
        Dispatcher.Kill();
        Clock.Kill();
        Cluster.Network.Kill(Name);
    }

    /// <summary>Freezes it: nothing leaves it or enters it until it is resumed.</summary>
    public void Pause()
    {
        IsPaused = true;
        Dispatcher.Pause();
        Clock.Pause();
        foreach (var other in Cluster.Nodes.Where(other => other != Name)) Cluster.Network.Cut(Name, other);
    }

    public void Resume()
    {
        IsPaused = false;
        foreach (var other in Cluster.Nodes.Where(other => other != Name)) Cluster.Network.Heal(Name, other);
        Dispatcher.Resume();
        Clock.Resume();
    }

    public bool IsUnexpected(Exception exception) => true;

    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null) => Ended = context;

    public void Dispose() => _host.Dispose();

    private sealed class LogList(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull =>
            null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception?.Message}");

        public void Dispose()
        {
        }
    }
}
