namespace Orchestration.Testing.Time;

/// <summary>
/// Runs all work of an environment but the code of activities: one item at a time, in the order of arrival, on a thread of the
/// pool. So the same test takes the same course every time, as far as what is outside allows. Thread-safe.
/// </summary>
internal sealed class Executor(WorkLedger ledger) : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private readonly Queue<WorkItem> _items = new();
    private bool _running;

    /// <summary>Takes what escaped from an item.</summary>
    public Action<Exception>? OnError { get; set; }

    /// <summary>Queues an item; it is at work from now on.</summary>
    public void Add(in WorkItem item)
    {
        if (item.Lane.IsClosed) return;
        ledger.Enter();
        lock (_gate)
        {
            _items.Enqueue(item);
            if (_running) return;
            _running = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (TryTake(out var item))
        {
            try
            {
                if (!item.Lane.IsClosed) Run(item);
            }
            catch (Exception e)
            {
                OnError?.Invoke(e);
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(null);
                ledger.Exit();
            }
        }
    }

    private static void Run(in WorkItem item)
    {
        if (item.InContext) SynchronizationContext.SetSynchronizationContext(item.Lane);
        switch (item.Work)
        {
            case IThreadPoolWorkItem work:
                work.Execute();
                break;
            case ClockTimer timer:
                timer.Invoke();
                break;
            default:
                ((SendOrPostCallback)item.Work)(item.State);
                break;
        }
    }

    private bool TryTake(out WorkItem item)
    {
        lock (_gate)
        {
            if (_items.TryDequeue(out item)) return true;
            _running = false;
            return false;
        }
    }
}
