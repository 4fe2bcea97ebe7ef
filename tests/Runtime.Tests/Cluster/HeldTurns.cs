namespace Orchestration.Runtime.Tests.Cluster;

/// <summary>Turns as a grain takes them, until its silo is held: then what comes is kept for ever.</summary>
internal sealed class HeldTurns : TaskScheduler
{
    private volatile bool _areHeld;

    public bool AreHeld
    {
        get => _areHeld;
        set => _areHeld = value;
    }

    protected override void QueueTask(Task task)
    {
        if (!AreHeld) ThreadPool.UnsafeQueueUserWorkItem(t => TryExecuteTask(t), task, preferLocal: false);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => !AreHeld && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
