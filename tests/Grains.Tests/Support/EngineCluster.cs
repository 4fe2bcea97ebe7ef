using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Placement;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Tests.Support;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orchestration.Grains.Tests.Support;

/// <summary>
/// Silos of one cluster in the test's own process, over one store in memory and real sockets: the real runtime, engine and
/// client, each silo with code of its own.
/// </summary>
internal sealed class EngineCluster : IAsyncDisposable
{
    private readonly List<TestSilo> _silos = [];
    private readonly InMemoryMembershipStore _members = new();
    private readonly InMemoryReminderStore _reminders = new();
    private readonly InMemorySmallStateStore _states = new();

    /// <summary>What the silos share.</summary>
    public IHistoryStore Store { get; init; } = new InMemoryHistoryStore();

    /// <summary>More services of each silo.</summary>
    public Action<IServiceCollection>? Services { get; init; }

    /// <summary>What the silos logged.</summary>
    public LogLines Log { get; } = new();

    public static string KeyOf(TestSilo silo) => SiloKey.Of(silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress);

    /// <summary>Starts a silo; ends when all agree on who is there.</summary>
    public async Task<TestSilo> AddAsync(Action<OrchestrationOptions> configure)
    {
        var silo = await TestSilo.StartAsync(Store, configure, services: services =>
        {
            // None dies but by DieAsync, however long the machine holds this process up.
            services.Configure<ClusterMembershipOptions>(static o => o.NumMissedProbesLimit = 60);
            services.AddSingleton<IMembershipStore>(_members);
            services.AddSingleton<IReminderStore>(_reminders);
            services.AddSingleton<ISmallStateStore>(_states);
            services.AddSingleton<IMembershipTable>(static s => ActivatorUtilities.CreateInstance<StoreMembershipTable>(s));
            services.AddSingleton<ILoggerProvider>(Log);
            Services?.Invoke(services);
        });
        _silos.Add(silo);
        await AgreedAsync();
        return silo;
    }

    /// <summary>A silo leaves in good order.</summary>
    public async Task LeaveAsync(TestSilo silo)
    {
        _silos.Remove(silo);
        await silo.DisposeAsync();
        await AgreedAsync();
    }

    /// <summary>A silo dies; ends when the others have declared it dead.</summary>
    public async Task DieAsync(TestSilo silo)
    {
        _silos.Remove(silo);
        silo.Die();
        var address = silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        await _silos[0].Services.GetRequiredService<IClusterMembershipService>().TryKill(address);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos) await silo.DisposeAsync();
    }

    private Task AgreedAsync() => Eventually.EventuallyAsync(
        () => _silos.All(silo => silo.Services.GetRequiredService<ClusterView>().ActiveSilos
            .SequenceEqual(_silos.Select(static s => s.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress).Order()
                .Select(SiloKey.Of))),
        "all silos see each other");
}
