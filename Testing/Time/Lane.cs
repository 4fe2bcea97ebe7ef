using Orchestration.Runtime.Activations;

namespace Orchestration.Testing.Time;

/// <summary>
/// One party's way to the <see cref="Executor"/>: a silo's, or the test's own. Closing it is the party's death: what is queued
/// is dropped, and what comes later too. Thread-safe.
/// </summary>
internal sealed class Lane(Executor executor) : SynchronizationContext, ITurnDispatcher
{
    private volatile bool _closed;

    /// <summary>Whether its party is dead.</summary>
    public bool IsClosed => _closed;

    /// <summary>Drops what is queued and what comes.</summary>
    public void Close() => _closed = true;

    /// <summary>A work item has held this thread for too long: the others go on beside it.</summary>
    public void PassBy(Thread held) => executor.PassBy(held);

    /// <summary>Nobody waits any more for the work item that holds this thread.</summary>
    public void GiveUp(Thread held) => executor.GiveUp(held);

    /// <summary>Has turns of a grain run: these have a scheduler of their own, and must see no other.</summary>
    public void Dispatch(IThreadPoolWorkItem item) => executor.Add(new WorkItem(this, item, null, InContext: false));

    /// <summary>Has a work item run whose continuations are to come back here.</summary>
    public void Queue(IThreadPoolWorkItem item) => executor.Add(new WorkItem(this, item, null, InContext: true));

    /// <summary>Has a timer call back.</summary>
    public void Queue(ClockTimer timer) => executor.Add(new WorkItem(this, timer, null, InContext: true));

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) =>
        executor.Add(new WorkItem(this, d, state, InContext: true));

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => d(state);

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs asynchronous work, all of it on this lane.</summary>
    public Task RunAsync(Func<Task> work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(static state => _ = CompleteAsync((ValueTuple<Func<Task>, TaskCompletionSource>)state!), (work, done));
        return done.Task;
    }

    private static async Task CompleteAsync((Func<Task> Work, TaskCompletionSource Done) run)
    {
        try
        {
            await run.Work();
            run.Done.TrySetResult();
        }
        catch (OperationCanceledException e)
        {
            run.Done.TrySetCanceled(e.CancellationToken);
        }
        catch (Exception e)
        {
            run.Done.TrySetException(e);
        }
    }
}

/// <summary>Something to be run for a lane.</summary>
/// <param name="Lane">Whose it is.</param>
/// <param name="Work">A work item, a timer or a callback.</param>
/// <param name="State">What the callback is given.</param>
/// <param name="InContext">Whether the lane is the current synchronization context meanwhile.</param>
internal readonly record struct WorkItem(Lane Lane, object Work, object? State, bool InContext);
