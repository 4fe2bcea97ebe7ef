using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Runtime.Membership;
using Orchestration.Simulation.Breaking;
using Orchestration.Simulation.Checking;
using Orchestration.Simulation.Time;
using Orleans.Runtime;

namespace Orchestration.Simulation.Cluster;

/// <summary>A cluster of silos over one store, and what befalls it.</summary>
internal sealed class SimCluster : IDisposable
{
    private readonly Dictionary<int, SimSilo> _silos = [];
    private readonly List<SimSilo> _ever = [];
    private readonly Dictionary<int, int> _generations = [];
    private readonly SortedSet<int> _wanted = [];

    public SimCluster(SimLoop loop, SimFaults faults, Findings findings, SimBreak broken, ILoggerFactory? loggers)
    {
        Loop = loop;
        Faults = faults;
        Journal = new Journal(findings);
        Broken = broken;
        Loggers = loggers ?? NullLoggerFactory.Instance;
        Network = new SimNetwork(loop, faults);
    }

    public SimLoop Loop { get; }

    public SimFaults Faults { get; }

    /// <summary>Which invariant this world's seams break.</summary>
    public SimBreak Broken { get; }

    public ILoggerFactory Loggers { get; }

    public SimNetwork Network { get; }

    public InMemoryMembershipTable Table { get; } = new();

    public InMemoryHistoryStore Store { get; } = new(shardCount: 8);

    public InMemorySmallStateStore SmallStates { get; } = new();

    public InMemoryReminderStore Reminders { get; } = new();

    /// <summary>What activities did to the world outside.</summary>
    public Journal Journal { get; }

    /// <summary>The code that a silo at a place comes with.</summary>
    public Func<int, SimBuild> BuildOf { get; set; } = static _ => SimBuild.Second;

    /// <summary>The places that a supervisor looks after: one that ends there is started again.</summary>
    public IReadOnlyCollection<int> Wanted => _wanted;

    public IReadOnlyCollection<SimSilo> Silos => _silos.Values;

    public IHistoryStore StoreOf(SimSilo silo)
    {
        var store = new SimStore(Loop, silo.Lane, Faults, Store, () => silo.IsStoreReachable);
        return Broken == SimBreak.Nothing ? store : new BrokenStore(this, silo, store);
    }

    public string NameOf(SiloAddress silo) => $"silo {silo.Endpoint.Port - 11_000}.{silo.Generation}";

    /// <summary>The silo at a place; null where there is none.</summary>
    public SimSilo? At(int place) => _silos.GetValueOrDefault(place);

    /// <summary>Has a place looked after, or not any more.</summary>
    public void Want(int place, bool isWanted)
    {
        if (isWanted) _wanted.Add(place);
        else _wanted.Remove(place);
    }

    /// <summary>As a supervisor does: starts a silo at a place where one is to be and none is.</summary>
    public void Restart(int place)
    {
        if (_wanted.Contains(place) && At(place) is null) Start(place);
    }

    /// <summary>Starts a silo at a place; one that ran there before is dead.</summary>
    public SimSilo Start(int number)
    {
        var generation = _generations[number] = _generations.GetValueOrDefault(number) + 1;
        var silo = new SimSilo(this, number, generation);
        _silos[number] = silo;
        _ever.Add(silo);
        Network.Attach(silo);
        _ = WatchAsync(silo);
        return silo;
    }

    /// <summary>As a supervisor does: a process that ends because it could not start is started again.</summary>
    private async Task WatchAsync(SimSilo silo)
    {
        try
        {
            await silo.StartAsync();
        }
        catch (Exception e)
        {
            // With --log one sees why.
            Loggers.CreateLogger("silo").LogInformation(e, "A silo could not start");
            Crash(silo);
            Loop.After(Loop.World, TimeSpan.FromSeconds(1), () => Restart(silo.Number));
        }
    }

    /// <summary>Kills a silo; the others find out.</summary>
    public void Crash(SimSilo silo)
    {
        if (silo.Lane.IsClosed) return;
        silo.Kill();
        _silos.Remove(silo.Number);
    }

    /// <summary>Another silo declares this one dead though it lives, as an operator might.</summary>
    public void Declare(SimSilo silo)
    {
        if (_silos.Values.FirstOrDefault(s => s != silo && s is { IsUp: true, Lane.IsClosed: false }) is not { } other) return;
        other.Lane.Post(_ => _ = TryKillAsync(other, silo), null);
    }

    /// <summary>A silo has read of its own death: its process ends, and its supervisor starts another.</summary>
    public void Fence(SimSilo silo)
    {
        if (silo.Lane.IsClosed) return;
        silo.Kill();
        if (_silos.GetValueOrDefault(silo.Number) != silo) return;
        _silos.Remove(silo.Number);
        Loop.After(Loop.World, TimeSpan.FromSeconds(1), () => Restart(silo.Number));
    }

    /// <summary>A silo leaves in good order.</summary>
    public void Leave(SimSilo silo)
    {
        _silos.Remove(silo.Number);
        var leaving = silo.StopAsync();
        Loop.After(Loop.World, TimeSpan.FromSeconds(30), silo.Kill);
        _ = leaving.ContinueWith(_ => Loop.After(Loop.World, TimeSpan.Zero, silo.Kill), CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>The world is over.</summary>
    public void Dispose()
    {
        foreach (var silo in _ever) silo.Dispose();
    }

    private static async Task TryKillAsync(SimSilo other, SimSilo silo)
    {
        try
        {
            await other.Membership.TryKill(silo.SiloAddress);
        }
        catch (TimeoutException)
        {
            // The table was away: then not.
        }
    }
}
