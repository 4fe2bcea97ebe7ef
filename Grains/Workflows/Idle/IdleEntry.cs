namespace Orchestration.Grains.Workflows.Idle;

/// <summary>An activation's place in a queue of idle ones. Thread-safe.</summary>
internal sealed class IdleEntry(IIdleWorkflow owner, bool isClosed)
{
    private IIdleWorkflow? _owner = owner;

    /// <summary>Whether it stands among the closed ones.</summary>
    public bool IsClosed => isClosed;

    /// <summary>Whether it is still to be let go; not so once it has left, or was told to go.</summary>
    public bool IsQueued => Volatile.Read(ref _owner) is not null;

    /// <summary>Whether it has been at work since it was last looked at; looking sets it back.</summary>
    public bool TakeTouched() => Volatile.Read(ref _owner)?.TakeTouched() == true;

    /// <summary>It need not be let go by the queue any more, and is held by it no longer.</summary>
    public void Leave() => Volatile.Write(ref _owner, null);

    /// <summary>Lets it go.</summary>
    public void Evict() => Interlocked.Exchange(ref _owner, null)?.Evict();
}
