using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Workflows.Watch;
using Orchestration.Tests.Support.Storage;
using Orleans;
using Orleans.Hosting;

namespace Orchestration.Grains.Tests.Support;

/// <summary>
/// A silo in the test's own process: the real runtime, engine and client over a given store. To crash it,
/// <see cref="CrashAsync"/>
/// cuts it off from its store and abandons it; another one over the same store then finds what was durable, and nothing else.
/// </summary>
public sealed class TestSilo : IAsyncDisposable
{
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(15);

    private readonly IHost _host;
    private readonly CutOffStore _store;
    private readonly LogLines _log;
    private readonly FaultyHistoryStore? _faulty;

    private TestSilo(IHost host, CutOffStore store, FaultyHistoryStore? faulty, LogLines log)
    {
        _log = log;
        _host = host;
        _store = store;
        _faulty = faulty;
        Client = host.Services.GetRequiredService<IWorkflowClient>();
        Grains = host.Services.GetRequiredService<IGrainFactory>();
    }

    public IWorkflowClient Client { get; }

    public IGrainFactory Grains { get; }

    public IServiceProvider Services => _host.Services;

    public static async Task<TestSilo> StartAsync(
        IHistoryStore store, Action<OrchestrationOptions> configure, TimeProvider? clock = null,
            Action<IServiceCollection>? services = null, Action<TestSilo>? made = null)
    {
        var cut = new CutOffStore(store);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        var log = new LogLines();
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(log);
        builder.Services.AddSingleton<IHistoryStore>(cut);
        builder.Services.AddSingleton<IReminderStore, InMemoryReminderStore>();
        builder.Services.AddSingleton<ISmallStateStore, InMemorySmallStateStore>();
        if (clock is not null) builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton(new SuspectGate(clock ?? TimeProvider.System) { Patience = TimeSpan.FromMilliseconds(20) });
        builder.UseOrleans(silo =>
        {
            silo.ConfigureEndpoints(System.Net.IPAddress.Loopback, siloPort: 0, gatewayPort: 0);
            silo.UseStoreReminders();

            // Every local call passes through bytes: nothing of the engine relies on caller and callee sharing a process.
            silo.Services.Configure<Orchestration.Runtime.Hosting.RuntimeTestOptions>(static o => o.SerializeLocalCalls = true);
            silo.AddOrchestration(configure);
        });
        builder.Services.AddOrchestrationClient();
        services?.Invoke(builder.Services);
        var host = builder.Build();
        var silo = new TestSilo(host, cut, store as FaultyHistoryStore, log);
        made?.Invoke(silo);
        await host.StartAsync();
        return silo;
    }

    /// <summary>From now on it is as if the process were gone; <see cref="CrashAsync"/> clears up after it.</summary>
    public void Die() => _store.Cut();

    /// <summary>Cuts the silo off from its store: whatever it does from now on is as if its process were gone.</summary>
    public async Task CrashAsync()
    {
        _store.Cut();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        try
        {
            await _host.StopAsync(now.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or AggregateException)
        {
            // It could not stop in good order, which is the point.
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Its last writes may be those that a test would have held, had it come to them before.
        _faulty?.HoldNoMore();

        // Nothing of it may wait for something that never comes, to be cut short only by the host's own limit of 30 s.
        try
        {
            if (!_store.IsCut) await _host.StopAsync().WaitAsync(LongestStop);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"The silo does not stop. It logged:\n{_log.Tail(60)}", e);
        }

        _host.Dispose();
    }
}
