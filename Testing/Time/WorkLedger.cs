namespace Orchestration.Testing.Time;

/// <summary>
/// Counts what goes on, so that it is known, without looking again and again, when nothing does. Thread-safe.
/// </summary>
/// <remarks>
/// Three counts. <em>Work</em>: turns, continuations, store operations, timer callbacks, from when they are queued to their end.
/// <em>Holds</em>: attempts whose code runs, or waits for something that is not the clock. <em>Waits</em>: callers that wait for
/// the engine; while there is none, test code is at work, and the clock stands. Work that leads to other work enters it before it
/// leaves itself, so that the count of work is zero only when nothing follows of itself. All three are one word: who decides by
/// them sees them as they were at one moment.
/// </remarks>
internal sealed class WorkLedger
{
    private const long OneWork = 1;
    private const long OneHold = 1L << 24;
    private const long OneWait = 1L << 44;
    private const long WorkMask = OneHold - 1;

    private long _counts;
    private int _changes;

    /// <summary>
    /// Called when nothing is at work, by one thread at a time; counts as work itself. Answers whether it is to be called again.
    /// </summary>
    public Func<bool>? OnIdle { get; set; }

    /// <summary>The counts at one moment.</summary>
    public (long Work, long Holds, long Waits) Counts
    {
        get
        {
            var counts = Volatile.Read(ref _counts);
            return (counts & WorkMask, (counts >> 24) & 0xFFFFF, counts >> 44);
        }
    }

    /// <summary>Work begins, or is queued.</summary>
    public void Enter() => Interlocked.Add(ref _counts, OneWork);

    /// <summary>Work has ended.</summary>
    public void Exit()
    {
        if ((Interlocked.Add(ref _counts, -OneWork) & WorkMask) == 0) Look();
    }

    /// <summary>An attempt's code begins to hold the clock.</summary>
    public void Hold() => Interlocked.Add(ref _counts, OneHold);

    /// <summary>An attempt's code no longer holds the clock; <see cref="Changed"/> is to be called afterwards.</summary>
    public void Release() => Interlocked.Add(ref _counts, -OneHold);

    /// <summary>
    /// A caller begins to wait; <see cref="Changed"/> is to be called afterwards, unless it is at work and leaves that.
    /// </summary>
    public void BeginWait() => Interlocked.Add(ref _counts, OneWait);

    /// <summary>A caller's wait has ended.</summary>
    public void EndWait() => Interlocked.Add(ref _counts, -OneWait);

    /// <summary>Something that <see cref="OnIdle"/> decides by has changed.</summary>
    public void Changed()
    {
        Interlocked.Increment(ref _changes);
        Look();
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var (work, holds, waits) = Counts;
        return $"{work} at work, {holds} activities running, {waits} waits";
    }

    // While one thread decides, its token keeps others out; what they changed meanwhile it sees by the count of changes, which
    // they raise before they look. So no change is lost, and none is looked for twice.
    private void Look()
    {
        while (true)
        {
            var changes = Volatile.Read(ref _changes);
            var counts = Volatile.Read(ref _counts);
            if ((counts & WorkMask) != 0) return;
            if (Interlocked.CompareExchange(ref _counts, counts + OneWork, counts) != counts) continue;
            var again = OnIdle?.Invoke() ?? false;
            if ((Interlocked.Add(ref _counts, -OneWork) & WorkMask) != 0) return;
            if (!again && Volatile.Read(ref _changes) == changes) return;
        }
    }
}
