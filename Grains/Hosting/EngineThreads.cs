using Orchestration.Grains.Activities;
using Orchestration.Workflows;

namespace Orchestration.Grains.Hosting;

/// <summary>
/// Where the engine's work that runs in no grain gets a thread: attempts, reports, watchers. The only way in which the engine
/// hands work to other threads, so that a test environment knows when nothing is going on; a seam like the runtime's for turns.
/// Thread-safe.
/// </summary>
internal class EngineThreads
{
    /// <summary>The thread pool.</summary>
    public static EngineThreads Pool { get; } = new();

    /// <summary>
    /// Whether even work that could go on where it is, on a thread of the pool, is to be handed over.
    /// </summary>
    public virtual bool TakesAll => false;

    /// <summary>Has a work item executed soon, once.</summary>
    public virtual void Queue(IThreadPoolWorkItem item) => ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);

    /// <summary>Runs asynchronous work of the engine.</summary>
    public virtual Task Run(Func<Task> work) => Task.Run(work);

    /// <summary>
    /// Code of a run holds a thread: allows for one more, so that others do not wait for it. The pool begins a further one at
    /// once up to its minimum, and one every half second beyond it.
    /// </summary>
    public virtual void Held(Thread thread) => Allow(1);

    /// <summary>Nobody waits any more for the code that holds a thread, though it may go on for ever.</summary>
    public virtual void GivenUp(Thread thread)
    {
    }

    /// <summary>
    /// A run's first turn, of which nothing is written, has gone on beyond the limit. Whoever starts it waits as long as for any
    /// call.
    /// </summary>
    public virtual void FirstTurnHeld(Thread thread, WorkflowKey key, TimeSpan held)
    {
    }

    /// <summary>The code that held a thread has come to rest.</summary>
    public virtual void Freed() => Allow(-1);

    /// <summary>An attempt has its slot: has its code run.</summary>
    public virtual void Start(ActivityAttempt attempt) => Queue(attempt);

    /// <summary>An attempt's code is told to end, by its token.</summary>
    public virtual void Told(ActivityAttempt attempt)
    {
    }

    /// <summary>An attempt's code has ended, and its outcome, if it had a say in it, is on its way.</summary>
    public virtual void Ended(ActivityAttempt attempt)
    {
    }

    private static void Allow(int more)
    {
        ThreadPool.GetMinThreads(out var workers, out var completion);
        ThreadPool.SetMinThreads(Math.Max(1, workers + more), completion);
    }
}
