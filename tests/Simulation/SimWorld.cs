using Microsoft.Extensions.Logging;
using Orchestration.Grains.Interfaces;
using Orchestration.Simulation.Checking;
using Orchestration.Simulation.Cluster;
using Orchestration.Simulation.Time;
using Orchestration.Simulation.Workload;

namespace Orchestration.Simulation;

/// <summary>One cluster under one seed, from its beginning to the check of all that came of it.</summary>
internal sealed class SimWorld
{
    private static readonly TimeSpan Troubles = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(12);
    private const long MaximumSteps = 3_000_000;

    private readonly SimLoop _loop;
    private readonly SimRandom _fate;
    private readonly SimCluster _cluster;
    private readonly Findings _findings = new();
    private readonly List<Errand> _errands = [];
    private readonly int _silos;

    private SimWorld(ulong seed, SimBreak broken, bool calm, ILoggerFactory? loggers)
    {
        _loop = new SimLoop(seed);
        _fate = new SimRandom(seed ^ 0xABCDEF);
        _silos = _fate.Next(1, 6);
        _cluster = new SimCluster(_loop, calm ? SimFaults.None : SimFaults.Draw(_fate), broken, loggers);
    }

    public SimLoop Loop => _loop;

    public SimCluster Cluster => _cluster;

    /// <summary>Lives through a world.</summary>
    public static SimReport Live(ulong seed, SimBreak broken = SimBreak.Nothing, bool calm = false,
        ILoggerFactory? loggers = null)
    {
        Chance.DrawFrom(new SeededRandom(seed ^ 0x5EED));
        var world = new SimWorld(seed, broken, calm, loggers);
        world.Live();
        return new SimReport(seed, world._loop.Course, world._loop.Steps, TimeSpan.FromTicks(world._loop.Now),
            world._cluster.Journal.Begun, world._findings.All);
    }

    private void Live()
    {
        var isDone = _loop.Run(Begin,
            () => _findings.All.Count > 0 || (_loop.Now > Troubles.Ticks && _errands.TrueForAll(static e => e.IsDone)),
            Patience, MaximumSteps);
        foreach (var (lane, error) in _loop.Errors) _findings.Add($"{lane} threw {error}");
        if (!isDone)
        {
            foreach (var errand in _errands.Where(static e => !e.IsDone))
            {
                _findings.Add($"{errand} has not ended after {TimeSpan.FromTicks(_loop.Now)} ({_loop.Steps} steps); "
                    + $"it is {errand.Doing}. {HistoryDump.Of(_cluster, errand.Id)}");
            }
        }

        if (_findings.All.Count == 0) Settle();
        if (_findings.All.Count == 0) HistoryChecker.Check(_cluster, _findings);
    }

    /// <summary>What nobody waits for any more, such as a child's account to its parent, is given some time.</summary>
    private void Settle() => _loop.Run(static () => { }, () => HistoryChecker.AreClosed(_cluster), Settling, MaximumSteps);

    private void Begin()
    {
        for (var i = 0; i < _silos; i++) _cluster.Start(i);
        SendClients();
        if (_cluster.Faults.Disaster != Timeout.InfiniteTimeSpan) NextDisaster();
        _loop.After(_loop.World, Troubles, Heal);
    }

    private void SendClients()
    {
        var clients = Enumerable.Range(0, 3).Select(n => new SimClient(_cluster, n)).ToArray();
        var errands = _fate.Next(4, 12);
        for (var i = 0; i < errands; i++)
        {
            Errand errand = _fate.Next(5) switch
            {
                0 => new FamilyErrand(new($"family-{i}", _fate.Next(1, 4))),
                1 => new OnceErrand($"once-{i}", _cluster.Journal),
                2 or 3 => new MailboxErrand($"mailbox-{i}", new(_fate.Next(4, 16), _fate.Next(2, 6), []), _fate.Next(1, 4)),
                _ => new ChainErrand(new($"chain-{i}", _fate.Next(1, 5), _fate.Next(0, 4), _fate.Chance(0.3) ? _fate.Next(1,
                    8000) : 0)),
            };
            _errands.Add(errand);
            var client = clients[_fate.Next(clients.Length)];
            _loop.After(client.Lane, _fate.Between(TimeSpan.Zero, TimeSpan.FromSeconds(20)),
                () => _ = errand.RunAsync(client, _fate, _findings));
        }
    }

    private void NextDisaster() => _loop.After(_loop.World, _fate.Between(TimeSpan.Zero, _cluster.Faults.Disaster * 2), () =>
    {
        if (_cluster.Faults.Disaster == Timeout.InfiniteTimeSpan) return;
        SimDisasters.Strike(_cluster, _fate);
        NextDisaster();
    });

    private void Heal()
    {
        _cluster.Faults.End();
        _cluster.Network.Heal();
        foreach (var silo in _cluster.Silos)
        {
            silo.Lane.IsPaused = false;
            silo.IsStoreReachable = silo.IsTableReachable = true;
        }

        for (var i = 0; i < _silos; i++)
        {
            if (_cluster.Silos.All(s => s.Number != i)) _cluster.Start(i);
        }
    }
}

/// <summary>What came of a world.</summary>
internal sealed record SimReport(
    ulong Seed, ulong Course, long Steps, TimeSpan Lasted, int Attempts, IReadOnlyList<string> Findings);
