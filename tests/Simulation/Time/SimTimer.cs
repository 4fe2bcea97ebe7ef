namespace Orchestration.Simulation.Time;

/// <summary>A timer of a lane. It runs on the world's monotonic time; jumps of its silo's clock do not move it.</summary>
internal sealed class SimTimer(SimLane lane, Action callback, Delegate? wrapped = null) : ITimer
{
    private readonly ExecutionContext? _context = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.Capture();
    private long _period = -1;

    public SimLane Lane => lane;

    public long Due { get; set; }

    public long Version { get; set; }

    /// <summary>The version that the queue's entry is of; an older entry is void.</summary>
    public long Armed { get; set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (Version < 0) return false;
        _period = period > TimeSpan.Zero ? period.Ticks : -1;
        if (dueTime == Timeout.InfiniteTimeSpan) Version++;
        else lane.Loop.Arm(this, dueTime.Ticks);
        return true;
    }

    public void Dispose() => Version = long.MinValue;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public override string ToString() => SimStep.NameOf(wrapped ?? callback);

    public void Fire()
    {
        if (Version < 0) return;
        if (_period > 0) lane.Loop.Arm(this, _period);
        if (_context is null) callback();
        else ExecutionContext.Run(_context, static state => ((Action)state!)(), callback);
    }
}
