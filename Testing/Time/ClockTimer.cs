namespace Orchestration.Testing.Time;

/// <summary>A timer on the virtual clock. Its fields are guarded by the clock's lock.</summary>
internal sealed class ClockTimer : ITimer
{
    /// <summary>By due time, then by when they were set.</summary>
    public static readonly IComparer<ClockTimer> ByDue = Comparer<ClockTimer>.Create(static (a, b) =>
        a.Due != b.Due ? a.Due.CompareTo(b.Due) : a.Order.CompareTo(b.Order));

    private readonly TimerCallback _callback;
    private readonly object? _state;
    private readonly ExecutionContext? _context;

    public ClockTimer(ClockView view, TimerCallback callback, object? state)
    {
        View = view;
        _callback = callback;
        _state = state;
        _context = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.Capture();
    }

    /// <summary>The view that it was made on.</summary>
    public ClockView View { get; }

    public DateTimeOffset Due { get; set; }

    public TimeSpan Period { get; set; }

    /// <summary>The number of its latest setting, over all timers.</summary>
    public long Order { get; set; }

    public bool IsArmed { get; set; }

    public bool IsDisposed { get; set; }

    /// <inheritdoc/>
    public bool Change(TimeSpan dueTime, TimeSpan period) => View.Clock.Set(this, dueTime, period);

    /// <inheritdoc/>
    public void Dispose() => View.Clock.Drop(this);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Calls back.</summary>
    public void Invoke()
    {
        if (IsDisposed) return;
        if (_context is null) _callback(_state);
        else ExecutionContext.Run(_context, static self => ((ClockTimer)self!).Call(), this);
    }

    private void Call() => _callback(_state);
}
