namespace Orchestration.Testing.Time;

/// <summary>
/// Runs all work of an environment but the code of activities: one item at a time, in the order of arrival, on a thread of the
/// pool. So the same test takes the same course every time, as far as what is outside allows. An item that never ends, as code
/// in an endless loop, is passed by. Thread-safe.
/// </summary>
internal sealed class Executor(WorkLedger ledger)
{
    private readonly Lock _gate = new();
    private readonly Queue<WorkItem> _items = new();
    private readonly List<Runner> _passedBy = [];
    private Runner? _running;

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
            if (_running is not null) return;
            _running = new Runner(this);
            ThreadPool.UnsafeQueueUserWorkItem(_running, preferLocal: false);
        }
    }

    /// <summary>
    /// Lets the other items go on beside one that has held its thread for too long. The clock stands for it, for as long as it
    /// does for code of an activity.
    /// </summary>
    public void PassBy(Thread held)
    {
        lock (_gate)
        {
            if (_running is not { IsAtWork: true } runner || runner.Thread != held) return;
            _running = new Runner(this);
            _passedBy.Add(runner);
            ThreadPool.UnsafeQueueUserWorkItem(_running, preferLocal: false);
            ledger.Hold();
        }

        ledger.Exit();
    }

    /// <summary>Nobody waits any more for the item that holds a thread: the clock does not either.</summary>
    public void GiveUp(Thread held)
    {
        lock (_gate)
        {
            if (_passedBy.Find(runner => runner.Thread == held) is not { IsGivenUp: false } runner) return;
            runner.IsGivenUp = true;
            ledger.Release();
        }

        ledger.Changed();
    }

    private void Ended(Runner runner)
    {
        bool passedBy;
        lock (_gate)
        {
            runner.IsAtWork = false;
            passedBy = _passedBy.Contains(runner);
            if (passedBy && !runner.IsGivenUp) ledger.Release();
        }

        if (passedBy) ledger.Changed();
        else ledger.Exit();
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

    private bool TryTake(Runner runner, out WorkItem item)
    {
        item = default;
        lock (_gate)
        {
            if (_passedBy.Remove(runner)) return false;
            if (_items.TryDequeue(out item)) return runner.IsAtWork = true;
            _running = null;
            return false;
        }
    }

    /// <summary>A thread's stay with the items: until there are none, or until it is passed by.</summary>
    private sealed class Runner(Executor executor) : IThreadPoolWorkItem
    {
        public Thread? Thread { get; private set; }

        public bool IsAtWork { get; set; }

        public bool IsGivenUp { get; set; }

        void IThreadPoolWorkItem.Execute()
        {
            Thread = Thread.CurrentThread;
            while (executor.TryTake(this, out var item))
            {
                try
                {
                    if (!item.Lane.IsClosed) Run(item);
                }
                catch (Exception e)
                {
                    executor.OnError?.Invoke(e);
                }
                finally
                {
                    SynchronizationContext.SetSynchronizationContext(null);
                    executor.Ended(this);
                }
            }
        }
    }
}
