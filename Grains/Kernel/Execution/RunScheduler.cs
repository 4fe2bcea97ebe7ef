using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Execution;

/// <summary>
/// Where a run's code runs: one task at a time, within a turn, on the thread that takes the turn. A task that is queued from
/// anywhere else comes of an await on something foreign: it is dropped, never run, and the run is told.
/// </summary>
/// <remarks>
/// A turn is itself a task that hides this scheduler. Awaits that refuse the scheduler (ConfigureAwait(false)) on what the engine
/// completes are therefore resumed in place, within the turn, and not on the thread pool; the code then finds itself outside the
/// scheduler and <see cref="IsRunningCode"/> is false, by which the context notices it.
/// </remarks>
internal sealed class RunScheduler : TaskScheduler
{
    [ThreadStatic]
    private static RunScheduler? _current;

    private readonly Queue<Task> _ready = new();
    private Task? _turn;
    private int _disturbed;

    /// <summary>What the run's code sees of the engine.</summary>
    public WorkflowContext? Context { get; init; }

    /// <summary>Called once, on any thread, when something foreign touches the run.</summary>
    public Action? OnDisturbed { get; set; }

    /// <summary>Whether the calling thread is taking this run's turn.</summary>
    public bool IsCurrent => ReferenceEquals(_current, this);

    /// <summary>Whether the calling code is a task of this scheduler, within its turn.</summary>
    public bool IsRunningCode => IsCurrent && ReferenceEquals(Current, this);

    /// <summary>Whether something foreign has touched the run.</summary>
    public bool IsDisturbed => Volatile.Read(ref _disturbed) != 0;

    /// <summary>Makes the calling thread take a turn.</summary>
    public void TakeTurn(Action<object?> body, object? state)
    {
        var outer = _current;
        var outerContext = WorkflowContext.Ambient;
        var context = SynchronizationContext.Current;
        _current = this;
        WorkflowContext.Ambient = Context;
        if (context is not null) SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var turn = new Task(body, state, CancellationToken.None, TaskCreationOptions.HideScheduler);
            _turn = turn;
            turn.RunSynchronously(this);
            turn.GetAwaiter().GetResult();
        }
        finally
        {
            _turn = null;
            _current = outer;
            WorkflowContext.Ambient = outerContext;
            if (context is not null) SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>Queues code of the run.</summary>
    public void Run(Action<object?> code, object? state) =>
        new Task(code, state, CancellationToken.None, TaskCreationOptions.DenyChildAttach).Start(this);

    /// <summary>Runs the next piece of code that is ready.</summary>
    /// <returns>False where none is.</returns>
    public bool RunNext()
    {
        if (!_ready.TryDequeue(out var task)) return false;
        TryExecuteTask(task);
        return true;
    }

    /// <summary>Whether code is ready to run.</summary>
    public bool HasReady => _ready.Count > 0;

    /// <summary>Abandons what is ready.</summary>
    public void Clear() => _ready.Clear();

    /// <summary>Says that something foreign has touched the run.</summary>
    public void NoteDisturbed()
    {
        if (Interlocked.Exchange(ref _disturbed, 1) == 0) OnDisturbed?.Invoke();
    }

    protected override void QueueTask(Task task)
    {
        if (IsCurrent) _ready.Enqueue(task);
        else NoteDisturbed();
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        IsCurrent && ReferenceEquals(task, _turn) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => _ready.ToArray();
}
