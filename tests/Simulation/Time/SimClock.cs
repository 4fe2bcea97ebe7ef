namespace Orchestration.Simulation.Time;

/// <summary>One party's clock: its own idea of the time of day, which may jump, over a monotonic time that does not.</summary>
internal sealed class SimClock(SimLane lane) : TimeProvider
{
    /// <summary>When simulations begin.</summary>
    public static readonly DateTimeOffset Beginning = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How far this clock is off.</summary>
    public TimeSpan Offset { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Beginning + TimeSpan.FromTicks(lane.Loop.Now) + Offset;

    public override long GetTimestamp() => lane.Loop.Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new SimTimer(lane, () => callback(state), callback);
        timer.Change(dueTime, period);
        return timer;
    }
}
