namespace Orchestration.Testing.Time;

/// <summary>
/// Counts what goes on, so that it is known, without looking again and again, when nothing does. Thread-safe.
/// </summary>
/// <remarks>
/// Three counts. <em>Work</em>: turns, continuations, store operations, timer callbacks, from when they are queued to their end.
/// <em>Holds</em>: attempts whose code runs, or waits for something that is not the clock. <em>Waits</em>: callers that wait for
/// the engine; while there is none, test code is at work, and the clock stands. Work that leads to other work enters it before it
/// leaves itself, so that the count of work is zero only when nothing follows of itself.
/// </remarks>
internal sealed class WorkLedger
{
    private int _work;
    private int _holds;
    private int _waits;
    private int _changes;

    /// <summary>
    /// Called when nothing is at work, by one thread at a time; counts as work itself. Answers whether it did anything.
    /// </summary>
    public Func<bool>? OnIdle { get; set; }

    /// <summary>Whether an attempt's code holds the clock.</summary>
    public bool IsHeld => Volatile.Read(ref _holds) > 0;

    /// <summary>Whether a caller waits for the engine.</summary>
    public bool IsAwaited => Volatile.Read(ref _waits) > 0;

    /// <summary>Work begins, or is queued.</summary>
    public void Enter() => Interlocked.Increment(ref _work);

    /// <summary>Work has ended.</summary>
    public void Exit()
    {
        if (Interlocked.Decrement(ref _work) == 0) Look();
    }

    /// <summary>An attempt's code begins to hold the clock.</summary>
    public void Hold()
    {
        // Zero where the release that belongs to it was quicker.
        if (Interlocked.Increment(ref _holds) == 0) Changed();
    }

    /// <summary>An attempt's code no longer holds the clock.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holds) == 0) Changed();
    }

    /// <summary>A caller begins to wait.</summary>
    public void BeginWait()
    {
        Interlocked.Increment(ref _waits);
        Changed();
    }

    /// <summary>A caller's wait has ended.</summary>
    public void EndWait() => Interlocked.Decrement(ref _waits);

    /// <summary>Something that <see cref="OnIdle"/> decides by has changed.</summary>
    public void Changed()
    {
        Interlocked.Increment(ref _changes);
        Look();
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Volatile.Read(ref _work)} at work, {Volatile.Read(ref _holds)} activities running, {Volatile.Read(ref _waits)} waits";

    // While one thread decides, its token keeps others out; what they changed meanwhile it sees by the count of changes, which
    // they raise before they look. So no change is lost, and none is looked for twice.
    private void Look()
    {
        while (true)
        {
            var changes = Volatile.Read(ref _changes);
            if (Interlocked.CompareExchange(ref _work, 1, 0) != 0) return;
            var acted = OnIdle?.Invoke() ?? false;
            if (Interlocked.Decrement(ref _work) != 0) return;
            if (!acted && Volatile.Read(ref _changes) == changes) return;
        }
    }
}
