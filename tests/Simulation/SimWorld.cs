using Microsoft.Extensions.Logging;
using Orchestration.Grains.Interfaces;
using Orchestration.Simulation.Breaking;
using Orchestration.Simulation.Checking;
using Orchestration.Simulation.Cluster;
using Orchestration.Simulation.Errands;
using Orchestration.Simulation.Time;

namespace Orchestration.Simulation;

/// <summary>One cluster under one seed, from its beginning to the check of all that came of it.</summary>
internal sealed class SimWorld : IDisposable
{
    private static readonly TimeSpan Troubles = TimeSpan.FromSeconds(20);

    /// <summary>When errands begin that are to find all well: after what the troubles left behind is over.</summary>
    private static readonly TimeSpan Well = Troubles + TimeSpan.FromSeconds(40);

    /// <summary>How long what goes on may take after the troubles: less than it takes the last resort to find what others
    /// left.</summary>
    private static readonly TimeSpan Patience = Troubles + TimeSpan.FromSeconds(160);

    /// <summary>The same where silos' clocks are off by minutes.</summary>
    private static readonly TimeSpan PatienceWithClocks = TimeSpan.FromMinutes(20);

    private const long MaximumSteps = 1_000_000;

    private readonly SimLoop _loop;
    private readonly SimRandom _fate;
    private readonly SimRandom _work;
    private readonly SimRandom _visits; // of their own, so that worlds without them are what they were
    private readonly SimCluster _cluster;
    private readonly SimClients _clients;
    private readonly Findings _findings = new();
    private readonly List<Errand> _errands = [];
    private readonly SimRollout _rollout;
    private readonly int _silos;
    private bool _isHealed;

    private SimWorld(ulong seed, SimBreak broken, bool calm, ILoggerFactory? loggers)
    {
        _loop = new SimLoop(seed);
        _fate = new SimRandom(seed ^ 0xABCDEF);
        _work = new SimRandom(seed ^ 0x123457);
        _visits = new SimRandom(seed ^ 0x715175);
        _silos = _fate.Next(1, 6);
        _cluster = new SimCluster(_loop, calm ? SimFaults.None : SimFaults.Draw(_fate), _findings, broken, loggers);
        _rollout = new SimRollout(_cluster, _fate, _silos);
        _clients = new SimClients(_cluster, 3);
    }

    /// <summary>Lives through a world.</summary>
    public static SimReport Live(ulong seed, SimBreak broken = SimBreak.Nothing, bool calm = false,
        ILoggerFactory? loggers = null, Action<string>? watcher = null)
    {
        Chance.DrawFrom(new SeededRandom(seed ^ 0x5EED));
        using var world = new SimWorld(seed, broken, calm, loggers);
        world._loop.Watcher = watcher;
        world.Live();
        return new SimReport(seed, world._loop.Course, world._loop.Steps, TimeSpan.FromTicks(world._loop.Now),
            world._cluster.Journal.Begun, world._findings.All,
            world._errands.Where(static e => e.Outcome is not null).ToDictionary(static e => e.Id, static e => e.Outcome!));
    }

    public void Dispose() => _cluster.Dispose();

    private TimeSpan Limit => _cluster.Faults.ClocksJump ? PatienceWithClocks : Patience;

    private void Live()
    {
        var isDone = _loop.Run(Begin,
            () => _findings.All.Count > 0 || (_isHealed && _errands.TrueForAll(static e => e.IsDone)), Limit, MaximumSteps);
        foreach (var (lane, error) in _loop.Errors) _findings.Add($"{lane} threw {error}");
        if (!isDone)
        {
            foreach (var errand in _errands.Where(static e => !e.IsDone))
            {
                _findings.Add($"{errand} has not ended after {TimeSpan.FromTicks(_loop.Now)} ({_loop.Steps} steps); "
                    + $"it is {errand.Doing}{errand.Details}. {HistoryDump.Of(_cluster, errand.Id)}");
            }
        }

        if (_findings.All.Count == 0) Settle();
        if (_findings.All.Count > 0) return;
        HistoryChecker.Check(_cluster, _findings);
        foreach (var errand in _errands) errand.Check();
    }

    /// <summary>What nobody waits for any more, such as a child's account to its parent, is given some time.</summary>
    private void Settle() => _loop.Run(static () => { }, () => HistoryChecker.AreClosed(_cluster), Limit, MaximumSteps);

    private void Begin()
    {
        for (var i = 0; i < _silos; i++)
        {
            _cluster.Want(i, true);
            _cluster.Start(i);
        }

        _rollout.Begin();
        SendClients();
        if (_cluster.Faults.Disaster != Timeout.InfiniteTimeSpan) NextDisaster();
        _loop.After(_loop.World, Troubles, Heal);
    }

    private void SendClients()
    {
        var errands = _work.Next(3, 9);
        for (var i = 0; i < errands; i++)
            Send(DrawErrand(i), _work.Between(TimeSpan.Zero, Troubles * 0.8));

        // Where clocks agree, some are sent that are to find all well again: more than stay in memory.
        var well = _work.Chance(0.2) ? 5 : 0;
        for (var i = 0; i < well && !_cluster.Faults.ClocksJump; i++)
            Send(new SleeperErrand($"sleeper-well-{i}", Sleeps(), isOnTime: true), Well);

        if (!_visits.Chance(0.3)) return;
        Send(new VisitErrand("visit", _visits.Next(1, 5), _visits.Next(1, 4), _visits.Next(2, 7)),
            _visits.Between(TimeSpan.Zero, Troubles * 0.8), _visits);
    }

    private void Send(Errand errand, TimeSpan after, SimRandom? random = null)
    {
        _errands.Add(errand);
        _loop.After(_loop.World, after, () => _ = errand.RunAsync(_clients, random ?? _work, _findings));
    }

    private Errand DrawErrand(int i) => _work.Next(11) switch
    {
        10 when _rollout.IsMixed => new ChangedErrand($"changed-{i}"),
        10 => new NoticeErrand($"notice-{i}", _rollout.MayLackSecond),
        0 => new FamilyErrand(new($"family-{i}", _work.Next(1, 4))),
        1 => new OnceErrand($"once-{i}"),
        2 => new SleeperErrand($"sleeper-{i}", Sleeps(), isOnTime: false),
        3 => new PatientErrand($"patient-{i}", _work.Chance(0.5)),
        4 => new TallyErrand($"tally-{i}", _work.Next(5, 40)),
        5 or 6 => new ChainErrand(new(
            $"chain-{i}", _work.Next(1, 5), _work.Next(0, 4), _work.Chance(0.3) ? _work.Next(1, 8000) : 0)),
        _ => new LedgerErrand($"ledger-{i}", new(_work.Next(2, 6), []), _work.Next(1, 4), _work.Next(2, 9),
            _work.Chance(0.4) ? _work.Next(1, 6) : 0),
    };

    private int[] Sleeps() => [.. Enumerable.Range(0, _work.Next(1, 5)).Select(_ => _work.Next(1, 6000))];

    private void NextDisaster() => _loop.After(_loop.World, _fate.Between(TimeSpan.Zero, _cluster.Faults.Disaster * 2), () =>
    {
        if (_isHealed) return;
        SimDisasters.Strike(_cluster, _clients, _fate, _silos);
        NextDisaster();
    });

    private void Heal()
    {
        _isHealed = true;
        _cluster.Faults.End();
        _cluster.Network.Heal();
        foreach (var silo in _cluster.Silos)
        {
            silo.Lane.IsPaused = false;
            silo.IsStoreReachable = silo.IsTableReachable = true;
        }

        foreach (var place in _cluster.Wanted) _cluster.Restart(place);
    }
}

/// <summary>What came of a world.</summary>
internal sealed record SimReport(ulong Seed, ulong Course, long Steps, TimeSpan Lasted, int Attempts,
    IReadOnlyList<string> Findings, IReadOnlyDictionary<string, string> Outcomes);
