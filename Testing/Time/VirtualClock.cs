namespace Orchestration.Testing.Time;

/// <summary>
/// The one clock of an environment. It stands still while anything is at work; when nothing is, and a caller waits, it jumps to
/// the next timer. Thread-safe.
/// </summary>
internal sealed class VirtualClock : IDisposable
{
    private readonly Lock _gate = new();
    private readonly WorkLedger _ledger;
    private readonly SortedSet<ClockTimer> _due = new(ClockTimer.ByDue);
    private readonly SortedSet<ClockTimer> _client = new(ClockTimer.ByDue);
    private readonly SortedSet<ClockTimer> _lazy = new(ClockTimer.ByDue);
    private readonly List<IdleWait> _idleWaits = [];
    private readonly System.Threading.Timer _heldTimer;
    private DateTimeOffset _now;
    private DateTimeOffset _lazyServedAt;
    private long _order;
    private long _heldSince;
    private bool _outOfPatience;
    private int _stopsSinceLazy;
    private bool _skips = true;
    private int _stops;

    public VirtualClock(WorkLedger ledger, DateTimeOffset start)
    {
        _ledger = ledger;
        _now = _lazyServedAt = start;
        _heldTimer = new System.Threading.Timer(static self => ((VirtualClock)self!)._ledger.Changed(), this,
            Timeout.Infinite, Timeout.Infinite);
        ledger.OnIdle = Act;
    }

    /// <summary>The time.</summary>
    public DateTimeOffset Now
    {
        get { lock (_gate) return _now; }
    }

    /// <summary>
    /// How long an activity may hold the clock, by the wall's, before it goes on as fast as the wall's; infinite: it stands.
    /// </summary>
    public TimeSpan Patience { get; init; }

    /// <summary>
    /// Called when a caller waits, nothing goes on, and no timer is set that could change that.
    /// </summary>
    public Action? Stuck { get; set; }

    /// <summary>Whether the clock jumps by itself while a caller waits.</summary>
    public bool Skips
    {
        get { lock (_gate) return _skips; }
        set
        {
            lock (_gate) _skips = value;
            _ledger.Changed();
        }
    }

    /// <summary>When the next timer at which the clock stops is due; null where none is set.</summary>
    public DateTimeOffset? NextDue
    {
        get { lock (_gate) return Next(); }
    }

    /// <summary>Keeps the clock from jumping until taken back, however many callers wait.</summary>
    public void Stop(bool stop)
    {
        lock (_gate) _stops += stop ? 1 : -1;
        _ledger.Changed();
    }

    /// <summary>
    /// Moves the clock so far, stopping at each timer on the way, and ends when nothing is at work there. Zero: ends when nothing
    /// is at work now.
    /// </summary>
    /// <param name="by">How far.</param>
    /// <param name="pastActivities">Whether it goes on though activities run.</param>
    public Task AdvanceAsync(TimeSpan by, bool pastActivities)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        IdleWait wait;
        lock (_gate)
        {
            wait = new IdleWait(DateTimeOffset.MaxValue - _now < by ? DateTimeOffset.MaxValue : _now + by, pastActivities);
            _idleWaits.Add(wait);
        }

        _ledger.Changed();
        return wait.Done.Task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _heldTimer.Dispose();
        lock (_gate)
        {
            foreach (var wait in _idleWaits) wait.Done.TrySetCanceled();
            _idleWaits.Clear();
        }
    }

    /// <summary>Sets or unsets a timer.</summary>
    /// <returns>False where it was disposed.</returns>
    internal bool Set(ClockTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        bool comesFirst;
        lock (_gate)
        {
            if (timer.IsDisposed) return false;
            Take(timer);
            if (dueTime == Timeout.InfiniteTimeSpan || timer.View.Lane.IsClosed) return true;
            timer.Period = period > TimeSpan.Zero ? period : Timeout.InfiniteTimeSpan;
            if (dueTime <= TimeSpan.Zero && timer.View.Kind != TimerKind.Client)
            {
                // Due at once: no time has to pass for it.
                timer.View.Lane.Queue(timer);
                if (timer.Period > TimeSpan.Zero) Arm(timer, timer.Period);
                return true;
            }

            Arm(timer, dueTime);
            comesFirst = ReferenceEquals(_due.Min, timer);
        }

        // Code of an activity sets timers on threads of its own, where no end of work has the clock look again.
        if (comesFirst || timer.View.Kind == TimerKind.Client) _ledger.Changed();
        return true;
    }

    /// <summary>Unsets a timer for good.</summary>
    internal void Drop(ClockTimer timer)
    {
        lock (_gate)
        {
            timer.IsDisposed = true;
            Take(timer);
        }
    }

    /// <summary>A party is dead: its timers are gone.</summary>
    internal void DropAll(Lane lane)
    {
        lock (_gate)
        {
            foreach (var set in (SortedSet<ClockTimer>[])[_due, _client, _lazy])
            {
                foreach (var timer in set.Where(t => t.View.Lane == lane).ToArray()) Take(timer);
            }
        }
    }

    private void Arm(ClockTimer timer, TimeSpan wait)
    {
        timer.Due = DateTimeOffset.MaxValue - _now < wait ? DateTimeOffset.MaxValue : _now + wait;
        timer.Order = ++_order;
        timer.IsArmed = true;
        SetOf(timer).Add(timer);
    }

    private void Take(ClockTimer timer)
    {
        if (!timer.IsArmed) return;
        timer.IsArmed = false;
        SetOf(timer).Remove(timer);
    }

    private SortedSet<ClockTimer> SetOf(ClockTimer timer) => timer.View.Kind switch
    {
        TimerKind.Due => _due,
        TimerKind.Client => _client,
        _ => _lazy,
    };

    private DateTimeOffset? Next()
    {
        var (due, client) = (_due.Min?.Due, _client.Min?.Due);
        return due is null || client < due ? client : due;
    }

    // Nothing is at work. Whoever waited for that at this time is told first; then the clock moves, if it may.
    private bool Act()
    {
        var acted = Act(out var stuck);
        stuck?.Invoke();
        return acted;
    }

    // All that is decided by is read under the lock, and what goes on at one moment within it: whatever begins later comes after.
    private bool Act(out Action? stuck)
    {
        stuck = null;
        lock (_gate)
        {
            var (work, holds, waits) = _ledger.Counts;
            if (work != 1) return true; // more than this look is at work again: it is looked again when that has ended
            var held = holds > 0;
            if (!held)
            {
                _heldSince = 0;
                _outOfPatience = false;
            }

            if (TellIdle(held) || FireLazy()) return true;
            if (Target(waits > 0) is not { } target)
            {
                if (!held && waits > 0 && _stops == 0 && _skips) stuck = Stuck;
                return false;
            }

            if (held && !_idleWaits.Exists(w => w.PastActivities && target <= w.At) && !WallAllows(target)) return false;
            MoveTo(target);
            return true;
        }
    }

    private bool TellIdle(bool held)
    {
        var told = _idleWaits.FindAll(w => w.At <= _now && (w.PastActivities || !held));
        foreach (var wait in told)
        {
            _idleWaits.Remove(wait);
            wait.Done.TrySetResult();
        }

        return told.Count > 0;
    }

    // What is not worth a stop is made up for at a later one, once, and where it is much, not at each: so a stop costs no more
    // for a thousand callers that wait.
    private bool FireLazy()
    {
        if (_lazyServedAt == _now || _stopsSinceLazy < _lazy.Count / 8) return false;
        _lazyServedAt = _now;
        _stopsSinceLazy = 0;
        var late = _lazy.TakeWhile(t => t.Due <= _now).ToArray();
        foreach (var timer in late) Fire(timer);
        return late.Length > 0;
    }

    // Where the clock may go next; null where it has to stand.
    private DateTimeOffset? Target(bool awaited)
    {
        var next = Next();
        DateTimeOffset? wanted = _idleWaits.Count == 0 ? null : _idleWaits.Min(static w => w.At);
        if (_stops == 0 && _skips && next is not null && (awaited || _client.Count > 0))
            return wanted < next ? wanted : next;
        if (wanted is { } end) return next < end ? next : end;

        // Even where the clock is moved by hand, a client's short pause before it repeats a request comes to its end.
        return _stops == 0 && _client.Min?.Due is { } pause && pause <= next ? pause : null;
    }

    private bool WallAllows(DateTimeOffset target)
    {
        if (Patience == Timeout.InfiniteTimeSpan) return false;
        if (_heldSince == 0) _heldSince = TimeProvider.System.GetTimestamp();
        var wait = target - _now + (_outOfPatience ? TimeSpan.Zero : Patience) - TimeProvider.System.GetElapsedTime(_heldSince);
        if (wait <= TimeSpan.Zero)
        {
            _outOfPatience = true;
            return true;
        }

        var longest = TimeSpan.FromHours(1);
        _heldTimer.Change(wait < longest ? wait + TimeSpan.FromMilliseconds(1) : longest, Timeout.InfiniteTimeSpan);
        return false;
    }

    private void MoveTo(DateTimeOffset target)
    {
        _heldSince = 0;
        _stopsSinceLazy++;
        if (target > _now) _now = target;
        while (_due.Min is { } timer && timer.Due <= _now) Fire(timer);
        while (_client.Min is { } timer && timer.Due <= _now) Fire(timer);
    }

    private void Fire(ClockTimer timer)
    {
        Take(timer);
        if (timer.View.Lane.IsClosed) return;
        timer.View.Lane.Queue(timer);
        if (timer.Period > TimeSpan.Zero) Arm(timer, timer.Period);
    }

    private sealed record IdleWait(DateTimeOffset At, bool PastActivities)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
