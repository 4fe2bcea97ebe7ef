using Orchestration.Grains.Activities.Remote;

namespace Orchestration.Grains.Activities;

/// <summary>
/// The deadlines of the running attempts, on one timer. An attempt costs a comparison when it begins and nothing when it ends:
/// the timer is set to the earliest deadline known, and when it fires the running attempts (no more than there are slots) are
/// looked through for those that are due and for the next one. It rests while nothing has a deadline. Thread-safe.
/// </summary>
internal sealed class AttemptDeadlines : IDisposable
{
    /// <summary>No deadline.</summary>
    public const long Never = long.MaxValue;

    /// <summary>
    /// The least time between two looks: how late a deadline may be noticed, and what bounds the cost of many different ones.
    /// </summary>
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(10);

    private readonly Lock _gate = new();
    private readonly AttemptSlots _slots;
    private readonly RemoteAttempts? _remote;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _armedFor = Never;

    /// <summary>For the attempts in these slots, and those of outside workers.</summary>
    public AttemptDeadlines(AttemptSlots slots, TimeProvider time, RemoteAttempts? remote = null)
    {
        _slots = slots;
        _remote = remote;
        _time = time;
        _timer = time.CreateTimer(static self =>
            ((AttemptDeadlines)self!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The monotonic clock, in its own ticks.</summary>
    public long Now => _time.GetTimestamp();

    /// <summary>A point so far from now.</summary>
    public long After(TimeSpan span) => After(Now, span);

    /// <summary>A point so far from another one.</summary>
    public long After(long from, TimeSpan span)
    {
        var ticks = span.TotalSeconds * _time.TimestampFrequency;
        return ticks >= Never - (double)from ? Never : from + (long)ticks;
    }

    /// <summary>How long it has been.</summary>
    public TimeSpan Since(long from) => _time.GetElapsedTime(from);

    /// <summary>Makes sure that the attempts are looked through at that time.</summary>
    public void Watch(long due)
    {
        if (due >= Volatile.Read(ref _armedFor)) return;
        lock (_gate)
        {
            if (due < _armedFor) Arm(due);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_gate) _armedFor = Never;
        var now = Now;
        var next = Never;
        foreach (var attempt in _slots.Running()) next = Math.Min(next, attempt.Look(now));
        foreach (var attempt in _remote?.Running() ?? []) next = Math.Min(next, attempt.Look(now));
        if (next != Never) Watch(Math.Max(next, After(now, Grain)));
    }

    private void Arm(long due)
    {
        Volatile.Write(ref _armedFor, due);
        var wait = TimeSpan.FromSeconds(Math.Max(0, due - Now) / (double)_time.TimestampFrequency);
        // Timers count whole milliseconds and take at most some 49 days; a look that comes early sets the timer again.
        wait = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Min(wait.TotalMilliseconds, TimeSpan.FromDays(1).TotalMilliseconds)));
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
