using Orchestration.Grains.Interfaces;
using Orchestration.Grains.Interfaces.Recovery;
using Orchestration.Grains.Storage;

namespace Orchestration.Grains.Recovery;

/// <summary>
/// Recovery of one shard. At its start, and when a silo was lost, it wakes the runs whose work was under way and which no live
/// silo has; the stalled ones it tries on code that has not been tried on them; parked runs it wakes when they are due.
/// Belongs to its grain's scheduler: not thread-safe.
/// </summary>
internal sealed partial class Shard
{
    private const int PageSize = 500;

    /// <summary>
    /// A sweep every so many reminders, of a minute each. It mends what no other part has mended, so it may take its time; a read
    /// of each shard's runnable index every five minutes is below notice, and a run left lying is found within ten.
    /// </summary>
    private const int RemindersPerSweep = 5;

    /// <summary>
    /// For so many reminders after a loss, or after the shard has come here, each one sweeps: a process that stood still while it
    /// was declared dead may, as it wakes, still write what it had under way, when others have already looked for what it left.
    /// </summary>
    private const int WatchfulReminders = 10;
    private const int MaximumSeen = 10_000;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // One that was declared dead while it lived writes until it notices: what it wrote after the first look is found by these.
    private static readonly TimeSpan[] LateWrites = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3)];

    private readonly ShardServices _services;
    private readonly int _number;
    private readonly Action<TimeSpan> _arm;
    private readonly DueRuns _due;
    private readonly WakePump _pump;
    private readonly bool _triesStalled;
    private HashSet<long> _seenRunnable = [];
    private int _losses;
    private int _reminders;
    private int _watchful = WatchfulReminders;
    private bool _recovering;
    private bool _recoverAgain;
    private bool _sweeping;
    private bool _ticking;
    private bool _tickAgain;
    private bool _started;
    private bool _stopped;

    /// <summary>Makes a shard that rests until it is started.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="services">What all shards of the silo share.</param>
    /// <param name="arm">Sets the one timer that calls <see cref="Tick"/>.</param>
    public Shard(int number, ShardServices services, Action<TimeSpan> arm)
    {
        _number = number;
        _reminders = number % RemindersPerSweep; // so that the shards of a silo do not all sweep in the same minute
        _triesStalled = services.ComesWithTheSilo(number);
        _services = services;
        _arm = arm;
        _due = new DueRuns(number, services.Store, services.Time, services.Options.WakeWindow, services.Gate.SiloStartedAt);
        _pump = new WakePump(services.Options.ConcurrentWakesPerShard, services.Gate, WakeAsync, TryLater, Tick, services.Logger);
    }

    /// <summary>How many runs are held in memory.</summary>
    public int Held => _due.Count;

    /// <summary>What it holds, as people are shown it.</summary>
    public ShardDescription Describe(string silo) => new(_number, silo, Held, _pump.Count, _due.NextDue, _recovering);

    /// <summary>Begins.</summary>
    public void Start()
    {
        _started = true;
        _ = RecoverAsync(isStart: true);
        if (!_services.IsStartingUp) _ = RecoverAgainAsync(++_losses); // where it was before may be what was lost
        Tick();
    }

    /// <summary>Wakes what is due, loads what is to be loaded, and sets the timer for the next of both.</summary>
    public void Tick()
    {
        // One that is told of a run before it has begun would put off its first look, for which the same timer is set.
        if (!_started) return;

        // What is done below may end at once and call here: it is looked at again, not deeper and deeper.
        _tickAgain = true;
        if (_ticking) return;
        _ticking = true;
        while (_tickAgain && !_stopped)
        {
            _tickAgain = false;
            TakeDue();
        }

        _ticking = false;
    }

    /// <summary>Takes over due times from activations that go.</summary>
    public void Note(IEnumerable<DueNote> notes)
    {
        foreach (var note in notes) _due.Note(note);
        Tick();
    }

    /// <summary>Looks at the store again: what is due soon may have been noted where the shard was before.</summary>
    public void LookAgain()
    {
        _due.LookAgain();
        Tick();
    }

    /// <summary>
    /// A silo has come, or has said what it hosts: stalled runs that it may fit are tried. Its code is asked for only where there
    /// are any.
    /// </summary>
    public void CodeCame(string silo) => TryStalled(silo);

    /// <summary>
    /// A silo was lost: runs whose work was under way there are woken, and those that had fallen due and were dealt with there,
    /// of which nothing need be written before their next outcome.
    /// </summary>
    public void SiloLost()
    {
        _watchful = WatchfulReminders;
        Recover();
        _ = RecoverAgainAsync(++_losses);
    }

    /// <summary>A minute has passed, or a silo was there again to notice that: looks, and sweeps where it is time to.</summary>
    public void Remind()
    {
        Tick();
        var isWatchful = _watchful > 0;
        if (isWatchful) _watchful--;
        if (++_reminders % RemindersPerSweep == 0 || isWatchful) Sweep();
    }

    /// <summary>
    /// Looks for runs that were left lying though no silo died: an activation that stepped down between its commit and its
    /// dispatch. Other parts mend that at once, so this is the last resort and may be slow: a run that was runnable at two sweeps
    /// on end, and is in no silo's memory, is woken.
    /// </summary>
    public void Sweep()
    {
        if (!_sweeping) _ = SweepAsync();
    }

    /// <summary>Ends: nothing is woken any more.</summary>
    public void Stop()
    {
        _stopped = true;
        _pump.Stop();
    }

    private void Recover()
    {
        LookAgain();
        if (_recovering) _recoverAgain = true;
        else _ = RecoverAsync(isStart: false);
    }

    private async Task RecoverAgainAsync(int loss)
    {
        foreach (var pause in LateWrites)
        {
            await Task.Delay(pause, _services.Time);
            if (_stopped || loss != _losses) return; // a later loss is looked after later
            Recover();
        }

        TryStalled(); // once, when no more is to come of what was lost
    }

    private void TakeDue()
    {
        var now = _services.Time.GetUtcNow();
        while (_pump.HasRoom && _due.TryTake(now, out var wake))
            if (NeedsWaking(wake)) _pump.Add(wake);
        if (_due.NextLoad <= now) _ = LoadAsync();
        var next = _due.NextLoad ?? DateTimeOffset.MaxValue;
        // With the pump full, room in it is what comes next, and calls here.
        if (_pump.HasRoom && _due.NextDue is { } due && due < next) next = due;
        if (next == DateTimeOffset.MaxValue) return;
        // Whole milliseconds, rounded up: a run that is woken before its time would find nothing to do.
        var wait = TimeSpan.FromMilliseconds(Math.Ceiling((next - now).TotalMilliseconds));
        _arm(wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1));
    }

    private async Task SweepAsync()
    {
        _sweeping = true;
        try
        {
            var seen = new HashSet<long>();
            await EachAsync(RunState.Runnable, run =>
            {
                if (seen.Count < MaximumSeen) seen.Add(run.Handle);
                return _seenRunnable.Contains(run.Handle)
                    ? new Wake(run.Key.ToGrainKey(), 0, WakeReason.Sweep, AfterCrash: true) : null;
            });
            _seenRunnable = seen;
            TryStalled();
        }
        finally
        {
            _sweeping = false;
        }
    }

    private async Task RecoverAsync(bool isStart)
    {
        _recovering = true;
        try
        {
            do
            {
                _recoverAgain = false;
                await EachAsync(RunState.Runnable, static run =>
                    new Wake(run.Key.ToGrainKey(), 0, WakeReason.Lost, AfterCrash: true));
            }
            while (_recoverAgain && !_stopped);

            if (isStart && _triesStalled) TryStalled(_services.LocalKey);
        }
        finally
        {
            _recovering = false;
        }
    }

    // Pages through the runs of a state, no faster than they are woken; a store that fails is asked again.
    private async Task EachAsync(RunState state, Func<DueRun, Wake?> choose, Func<Task>? prepare = null)
    {
        DueRun? after = null;
        var failures = 0;
        while (!_stopped)
        {
            IReadOnlyList<DueRun> page;
            try
            {
                page = await _services.Store.DueRunsAsync(new DueQuery(_number, state, DateTimeOffset.MaxValue, PageSize, after));
                failures = 0;
            }
            catch (Exception e)
            {
                LogStoreFailed(_services.Logger, e, _number);
                await Task.Delay(Pause(++failures), _services.Time);
                continue;
            }

            if (page.Count > 0 && prepare is not null) await prepare();
            await AddAsync([.. page.Select(choose).OfType<Wake>().Where(NeedsWaking)]);
            if (page.Count < PageSize) return;
            after = page[^1];
        }
    }

    // Those that another silo keeps hear of lost silos by themselves. One that is stalled hears of nothing, wherever it is.
    private async Task AddAsync(Wake[] wakes)
    {
        var live = wakes is [{ Reason: WakeReason.Stalled }, ..]
            ? new bool[wakes.Length] : await _services.AreLiveElsewhere(Array.ConvertAll(wakes, static wake => wake.Workflow));
        for (var i = 0; i < wakes.Length; i++)
        {
            if (live[i]) continue;
            await _pump.RoomAsync();
            _pump.Add(wakes[i]);
        }
    }

    private bool NeedsWaking(Wake wake) => wake.Reason == WakeReason.Stalled || !_services.Live.IsLive(wake.Workflow);

    private async Task LoadAsync()
    {
        try
        {
            await _due.LoadAsync(_pump.Contains);
        }
        catch (Exception e)
        {
            LogStoreFailed(_services.Logger, e, _number);
        }

        Tick();
    }

    private Task WakeAsync(Wake wake)
    {
        // An activation in memory has a timer of its own, and hears of lost silos by itself.
        if (!NeedsWaking(wake)) return Task.CompletedTask;
        _services.Instruments.Woken(wake, _services.Time.GetUtcNow());
        LogWakes(_services.Logger, _number, wake.Workflow, wake.Reason, wake.CodeFrom);
        return _services.WakeRun(wake);
    }

    private void TryLater(Wake wake)
    {
        var failures = (byte)Math.Min(wake.Failures + 1, byte.MaxValue);
        _due.PutBack(wake with { Failures = failures }, _services.Time.GetUtcNow() + Pause(failures));
    }

    private static TimeSpan Pause(int failures)
    {
        var pause = TimeSpan.FromMilliseconds(250) * Math.Pow(2, Math.Min(failures - 1, 10));
        return (pause < LongestPause ? pause : LongestPause) * (0.75 + (Chance.NextDouble() / 2));
    }
}
