using Orchestration.Grains.Interfaces.Wire;

namespace Orchestration.Grains.Workflows.Starts;

/// <summary>
/// Admits starts by measured load: so many may wait for their commit; beyond that the silo answers when to come again, reckoned
/// from the rate at which starts have been committed, and never falls over.
/// </summary>
internal sealed class StartGate(int maximumPending, TimeProvider clock)
{
    private long _windowStart = clock.GetTimestamp();
    private long _committedInWindow;
    private double _perSecond = 1000;
    private int _pending;

    /// <summary>Whether the silo is on its way out and takes no new runs.</summary>
    public bool Closed { get; set; }

    /// <summary>How many starts wait for their commit.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <summary>Admits one start, or says when to come again.</summary>
    public Fault? Enter()
    {
        if (Closed) return WorkflowFaults.NotOwner(
            "The silo is shutting down and takes no new runs; repeat the request, another silo takes it.");
        var pending = Interlocked.Increment(ref _pending);
        if (pending <= maximumPending) return null;
        Interlocked.Decrement(ref _pending);
        var wait = TimeSpan.FromSeconds(Math.Clamp(pending / Volatile.Read(ref _perSecond), 0.05, 10));
        return WorkflowFaults.SlowDown(wait);
    }

    /// <summary>Ends an admitted start.</summary>
    public void Exit(bool committed)
    {
        Interlocked.Decrement(ref _pending);
        if (!committed) return;
        var count = Interlocked.Increment(ref _committedInWindow);
        var start = Volatile.Read(ref _windowStart);
        var elapsed = clock.GetElapsedTime(start);
        if (elapsed < TimeSpan.FromSeconds(1)
            || Interlocked.CompareExchange(ref _windowStart, clock.GetTimestamp(), start) != start) return;
        Volatile.Write(ref _perSecond, Math.Max(1, count / elapsed.TotalSeconds));
        Interlocked.Exchange(ref _committedInWindow, 0);
    }
}
