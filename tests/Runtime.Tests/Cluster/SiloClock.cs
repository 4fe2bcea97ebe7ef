using Orchestration.Tests.Support;

namespace Orchestration.Runtime.Tests.Cluster;

/// <summary>
/// One silo's view of the common clock: its wall clock may be wrong, and while it is paused its timers wait; once it is dead they
/// never fire again. Thread-safe.
/// </summary>
internal sealed class SiloClock(ManualTimeProvider shared, TimeSpan skew) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Action> _late = [];
    private bool _paused;
    private bool _dead;

    public override long TimestampFrequency => shared.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => shared.GetUtcNow() + skew;

    public override long GetTimestamp() => shared.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        shared.CreateTimer(passed => Fire(() => callback(passed)), state, dueTime, period);

    public void Kill()
    {
        lock (_gate) _dead = true;
    }

    public void Pause()
    {
        lock (_gate) _paused = true;
    }

    public void Resume()
    {
        Action[] late;
        lock (_gate)
        {
            _paused = false;
            late = [.. _late];
            _late.Clear();
        }

        foreach (var fire in late) fire();
    }

    private void Fire(Action fire)
    {
        lock (_gate)
        {
            if (_dead) return;
            if (_paused)
            {
                _late.Add(fire);
                return;
            }
        }

        fire();
    }
}
