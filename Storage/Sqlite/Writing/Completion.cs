namespace Orchestration.Storage.Sqlite.Writing;

/// <summary>
/// Gives a group its answers from the thread pool, so that the writer is at the next group already. Callers' continuations are
/// queued there on the pool thread's own queue, which is cheap, instead of each from outside.
/// </summary>
internal sealed class Completion(WriteOperation[] group) : IThreadPoolWorkItem
{
    private const int Direct = 4;

    public static void Dispatch(List<WriteOperation> group)
    {
        if (group.Count > Direct)
        {
            ThreadPool.UnsafeQueueUserWorkItem(new Completion([.. group]), preferLocal: false);
            return;
        }

        foreach (var operation in group) operation.Complete();
    }

    public void Execute()
    {
        foreach (var operation in group) operation.Complete();
    }
}
