namespace Orchestration.Tests.Support;

/// <summary>
/// The one owner of virtual time in tests: the clock stands still until <see cref="Advance"/> moves it, and timers fire, in order
/// of their due time and then of their creation, on the thread that moves it. Thread-safe.
/// </summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly SortedSet<ManualTimer> _timers = new(ManualTimer.ByDue);
    private DateTimeOffset _now;
    private long _created;

    /// <summary>A clock that starts at the given instant, 2030-01-01 UTC unless told.</summary>
    public ManualTimeProvider(DateTimeOffset? start = null) =>
        _now = start ?? new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>One timestamp tick is 100 ns.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>When the earliest armed timer is due; null where none is armed.</summary>
    public DateTimeOffset? NextDue
    {
        get { lock (_gate) return _timers.Min?.Due; }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _now;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state, Interlocked.Increment(ref _created));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock forward, stopping at each timer on the way to fire it.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var end = GetUtcNow() + by;
        while (TakeDue(end) is { } timer) timer.Fire();
        lock (_gate) _now = end;
    }

    private ManualTimer? TakeDue(DateTimeOffset end)
    {
        lock (_gate)
        {
            if (_timers.Min is not { } timer || timer.Due > end) return null;
            _timers.Remove(timer);
            if (timer.Due > _now) _now = timer.Due;
            if (timer.Period > TimeSpan.Zero)
            {
                timer.Due = _now + timer.Period;
                _timers.Add(timer);
            }

            return timer;
        }
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state, long number) : ITimer
    {
        public static readonly IComparer<ManualTimer> ByDue = Comparer<ManualTimer>.Create(static (a, b) =>
            a.Due != b.Due ? a.Due.CompareTo(b.Due) : a._number.CompareTo(b._number));

        private readonly long _number = number;

        public DateTimeOffset Due { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                Period = period;
                Due = clock._now + dueTime;
                clock._timers.Add(this);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._gate) clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
