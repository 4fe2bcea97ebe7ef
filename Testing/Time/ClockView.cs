namespace Orchestration.Testing.Time;

/// <summary>What timers mean to the clock.</summary>
internal enum TimerKind
{
    /// <summary>The clock stops at it.</summary>
    Due,

    /// <summary>
    /// The clock does not stop at it: limits of long polls, time-outs of calls, housekeeping. It fires when the clock stops next.
    /// </summary>
    Lazy,

    /// <summary>As <see cref="Due"/>, and while it is set a caller waits: a client's pause before it repeats a request.</summary>
    Client,
}

/// <summary>
/// The virtual clock as one party sees it: all views tell the same time, and differ in what becomes of their timers. Thread-safe.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="kind">What its timers mean.</param>
/// <param name="lane">Where its timers call back; once it is closed they never do.</param>
internal sealed class ClockView(VirtualClock clock, TimerKind kind, Lane lane) : TimeProvider
{
    public VirtualClock Clock => clock;

    public TimerKind Kind => kind;

    public Lane Lane => lane;

    /// <summary>One timestamp tick is 100 ns.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => clock.Now;

    /// <inheritdoc/>
    public override long GetTimestamp() => clock.Now.UtcTicks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ClockTimer(this, callback, state);
        clock.Set(timer, dueTime, period);
        return timer;
    }
}
