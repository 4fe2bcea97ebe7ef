using Orchestration.Simulation.Time;

namespace Orchestration.Simulation.Cluster;

/// <summary>
/// Which silo has which code, as time goes by. In most worlds all have the same. In some the silos are replaced by such of the
/// second build, one after the other and in good order, each at its place or by a newcomer at another; in some the two builds
/// stay beside each other.
/// </summary>
internal sealed class SimRollout
{
    private readonly SimCluster _cluster;
    private readonly SimRandom _fate;
    private readonly int _silos;
    private readonly bool _isUpgrade;
    private readonly bool _byNewcomers;
    private readonly HashSet<int> _upgraded = [];

    public SimRollout(SimCluster cluster, SimRandom fate, int silos)
    {
        _cluster = cluster;
        _fate = fate;
        _silos = silos;
        var kind = fate.NextDouble();
        _isUpgrade = kind < 0.25;
        IsMixed = kind is >= 0.25 and < 0.4 && silos > 1;
        _byNewcomers = fate.Chance(0.4);
        cluster.BuildOf = BuildOf;
    }

    /// <summary>Whether both builds stay.</summary>
    public bool IsMixed { get; }

    /// <summary>Whether there may be no silo of the second build for a while.</summary>
    public bool MayLackSecond => _isUpgrade || IsMixed;

    /// <summary>The silos that are to be replaced are, from a while after the beginning on.</summary>
    public void Begin()
    {
        if (_isUpgrade) _cluster.Loop.After(_cluster.Loop.World, Seconds(1, 8), () => Replace(0));
    }

    private SimBuild BuildOf(int place) =>
        _isUpgrade ? place >= _silos || _upgraded.Contains(place) ? SimBuild.Second : SimBuild.First
        : !IsMixed || place % 2 == 0 ? SimBuild.Second : SimBuild.First;

    // Goes on to the end, whatever befalls the silos meanwhile: one that is down comes back with the new code.
    private void Replace(int place)
    {
        if (place == _silos) return;
        _upgraded.Add(place);
        var newcomer = 100 + place;
        if (_byNewcomers)
        {
            _cluster.Want(place, false);
            _cluster.Want(newcomer, true);
            _cluster.Start(newcomer);
        }

        _cluster.Loop.After(_cluster.Loop.World, _byNewcomers ? Seconds(1, 3) : TimeSpan.Zero, () =>
        {
            if (_cluster.At(place) is { } old)
            {
                if (old.IsUp) _cluster.Leave(old);
                else _cluster.Crash(old);
            }

            if (!_byNewcomers) _cluster.Loop.After(_cluster.Loop.World, Seconds(0.2, 3), () => _cluster.Restart(place));
        });
        _cluster.Loop.After(_cluster.Loop.World, Seconds(3, 8), () => Replace(place + 1));
    }

    private TimeSpan Seconds(double least, double most) =>
        _fate.Between(TimeSpan.FromSeconds(least), TimeSpan.FromSeconds(most));
}
