namespace Orchestration.Grains.Workflows.Idle;

/// <summary>
/// An activation's place among the idle ones of its silo, and whether it is of use to anybody: a run that waits is kept by recent
/// use and costs no memory beyond that (invariants 9 and 10). Belongs to the activation's scheduler, but for
/// <see cref="IIdleWorkflow"/>.
/// </summary>
internal sealed class IdlePlace(IdleWorkflows idle, IActivationPort activation) : IIdleWorkflow
{
    private IdleEntry? _entry;
    private int _touched;
    private bool _isAtWork; // read by any thread

    /// <summary>Whether somebody has called the instance, so that it is worth keeping for a while.</summary>
    public bool IsWanted { get; private set; }

    /// <summary>Whether it is at work, or about to be.</summary>
    public bool IsAtWork
    {
        set => Volatile.Write(ref _isAtWork, value);
    }

    /// <summary>Somebody calls the instance.</summary>
    public void NoteWanted()
    {
        IsWanted = true;
        if (Volatile.Read(ref _touched) == 0) Volatile.Write(ref _touched, 1);
    }

    /// <summary>There is nothing to do for now.</summary>
    /// <param name="isClosed">Whether no run of the instance is open.</param>
    public void Take(bool isClosed)
    {
        Volatile.Write(ref _touched, 0);
        if (_entry is { IsQueued: true } stands && stands.IsClosed == isClosed) return;
        Leave();
        // A run that its own time woke and that ended is of no use to anybody here.
        if (isClosed && !IsWanted) activation.Deactivate();
        else _entry = idle.Add(this, isClosed);
    }

    /// <summary>It need not be let go any more.</summary>
    public void Leave() => _entry?.Leave();

    /// <summary>There is an open run again.</summary>
    public void LeaveClosed()
    {
        if (_entry is { IsClosed: true }) Leave();
    }

    bool IIdleWorkflow.TakeTouched() => Interlocked.Exchange(ref _touched, 0) == 1;

    void IIdleWorkflow.Evict()
    {
        // It was idle once and is at work again, as one is that is being loaded: it comes back when it rests. Else two runs that
        // talk to each other could push each other out of memory for ever.
        if (!Volatile.Read(ref _isAtWork)) activation.Deactivate();
    }
}
