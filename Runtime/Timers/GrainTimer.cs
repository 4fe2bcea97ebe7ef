using Orchestration.Runtime.Activations;
using Orleans.Runtime;

namespace Orchestration.Runtime.Timers;

/// <summary>
/// A timer of an activation. The clock's callback only queues a tick, which is admitted like a call; the next tick is armed when
/// the callback has ended, so callbacks of one timer never overlap.
/// </summary>
internal abstract class GrainTimer : TurnItem, IGrainTimer
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _disposal = new();
    private TimeSpan _period;
    private TimeSpan _dueAfterRun;
    private bool _running;
    private bool _changed;
    private bool _disposed;

    protected GrainTimer(Activation activation, GrainTimerCreationOptions options)
    {
        Check(options.DueTime, nameof(options.DueTime));
        Check(options.Period, nameof(options.Period));
        Activation = activation;
        Options = options;
        _period = options.Period;

        // Whatever the caller's context holds must not live as long as the timer.
        using (ExecutionContext.SuppressFlow())
            _timer = activation.Silo.Time.CreateTimer(static self =>
                ((GrainTimer)self!).Due(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        activation.Add(this);
        _timer.Change(options.DueTime, Timeout.InfiniteTimeSpan);
    }

    public GrainTimerCreationOptions Options { get; }

    public Activation Activation { get; }

    public bool IsDisposed => _disposed;

    protected CancellationToken Disposal => _disposal.Token;

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, nameof(dueTime));
        Check(period, nameof(period));
        ObjectDisposedException.ThrowIf(_disposed, this);
        _period = period;
        _changed = true;
        if (!_running) _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
        else _dueAfterRun = dueTime;
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _timer.Dispose();
        Activation.Remove(this);
        _disposal.Cancel();
    }

    /// <summary>The tick's turn has come: it is admitted as a call.</summary>
    internal override void Run(Activation activation)
    {
        if (_disposed) return;
        _running = true;
        _changed = false;
        activation.Receive(new TimerTick(this));
    }

    /// <summary>Calls the callback.</summary>
    internal abstract Task CallAsync();

    /// <summary>The callback has ended: arms the next tick.</summary>
    internal void Ended()
    {
        _running = false;
        if (_disposed) return;
        _timer.Change(_changed ? _dueAfterRun : _period, Timeout.InfiniteTimeSpan);
    }

    private void Due() => Activation.Turns.Enqueue(this);

    private static void Check(TimeSpan span, string name)
    {
        if (span == Timeout.InfiniteTimeSpan) return;
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(span, Longest, name);
    }
}
