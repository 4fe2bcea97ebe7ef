namespace Orchestration.Runtime.Activations;

/// <summary>Runs turns on the thread pool.</summary>
internal sealed class ThreadPoolDispatcher : ITurnDispatcher
{
    // The local queue: what a turn triggers most likely runs next on the same core, while its data is warm.
    public void Dispatch(IThreadPoolWorkItem item) => ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: true);
}
