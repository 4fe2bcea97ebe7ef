using Orchestration.Runtime.Messaging;

namespace Orchestration.Runtime.Activations;

/// <summary>
/// The turns of one activation, and the task scheduler that its code sees: calls, continuations and the runtime's own items run
/// in the order of their arrival, one at a time. One dispatched work item drains many turns; a long queue gives way to others now
/// and then.
/// </summary>
internal sealed class TurnQueue(Activation owner, ITurnDispatcher dispatcher) : TaskScheduler, IThreadPoolWorkItem
{
    private const int InitialCapacity = 4;
    private const int KeptCapacity = 64;
    private const int TurnsPerDrain = 128;
    private static readonly Action<object?> DrainInTask = static self => ((TurnQueue)self!).Drain(inTask: true);

    private readonly Lock _gate = new();
    private object?[] _items = new object?[InitialCapacity];
    private int _head;
    private int _count;
    private int _turnsLeft;
    private bool _dispatched;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>How many turns wait; read without the lock, so only good for limits and statistics.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whose turns they are.</summary>
    public override string ToString() => owner.GrainId.ToString();

    public void Enqueue(Call call) => Add(call);

    public void Enqueue(TurnItem item) => Add(item);

    /// <summary>Drains what waits, on the thread that the dispatcher gave.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        var watch = TurnWatch.Enter(owner);
        var before = RuntimeContext.Enter(owner);
        _turnsLeft = TurnsPerDrain;
        try
        {
            Drain(inTask: false);
        }
        finally
        {
            RuntimeContext.Enter(before);
            watch.Exit();
        }

        lock (_gate)
        {
            if (_count == 0)
            {
                _dispatched = false;
                if (_items.Length <= KeptCapacity) return;
                _items = new object?[InitialCapacity];
                _head = 0;
                return;
            }
        }

        dispatcher.Dispatch(this);
    }

    protected override void QueueTask(Task task) => Add(task);

    // A continuation may run within the turn that completes what it awaits, as it would without a scheduler of its own.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(RuntimeContext.Current, owner) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_gate)
        {
            var tasks = new List<Task>();
            for (var i = 0; i < _count; i++)
            {
                if (_items[(_head + i) & (_items.Length - 1)] is Task task) tasks.Add(task);
            }

            return tasks;
        }
    }

    // Only code that runs in a task of this scheduler sees it as the current one. Continuations are such tasks; for calls and the
    // runtime's own items one is made for each drain, not for each of them.
    private void Drain(bool inTask)
    {
        while (_turnsLeft > 0 && Take(inTask) is { } item)
        {
            _turnsLeft--;
            TurnWatch.NextTurn();
            switch (item)
            {
                case Task task:
                    TryExecuteTask(task);
                    break;
                case Call call:
                    owner.Receive(call);
                    break;
                case TurnItem own:
                    RunItem(own);
                    break;
                default:
                    new Task(DrainInTask, this).RunSynchronously(this);
                    break;
            }
        }
    }

    private void RunItem(TurnItem item)
    {
        try
        {
            item.Run(owner);
        }
        catch (Exception exception)
        {
            owner.Silo.Log.TurnItemFailed(exception, owner.GrainId);
        }
    }

    private void Add(object item)
    {
        lock (_gate)
        {
            if (_count == _items.Length) Grow();
            _items[(_head + _count) & (_items.Length - 1)] = item;
            _count++;
            if (_dispatched) return;
            _dispatched = true;
        }

        dispatcher.Dispatch(this);
    }

    // The queue itself stands for: enter a task first, since the next item needs one.
    private object? Take(bool inTask)
    {
        lock (_gate)
        {
            if (_count == 0) return null;
            var item = _items[_head];
            if (!inTask && item is not Task) return this;
            _items[_head] = null;
            _head = (_head + 1) & (_items.Length - 1);
            _count--;
            return item;
        }
    }

    private void Grow()
    {
        var larger = new object?[_items.Length * 2];
        for (var i = 0; i < _count; i++) larger[i] = _items[(_head + i) & (_items.Length - 1)];
        _items = larger;
        _head = 0;
    }
}
