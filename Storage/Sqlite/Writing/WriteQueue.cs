namespace Orchestration.Storage.Sqlite.Writing;

/// <summary>
/// Many producers, one consumer that always takes all. Without locks; the consumer is woken only if it sleeps, so that under load
/// a write costs one interlocked exchange.
/// </summary>
internal sealed class WriteQueue : IDisposable
{
    private static readonly WriteOperation Asleep = new Mark();
    private static readonly WriteOperation Closed = new Mark();

    // Each time the consumer sleeps one producer sets this once. The system's own event, since it wakes in a third of the time
    // that one takes which is made of a lock and a condition: the woken has to get that lock, which its waker still holds.
    private readonly AutoResetEvent _wake = new(false);
    private WriteOperation? _newest;

    /// <summary>Adds a write.</summary>
    /// <returns>False where the queue is closed.</returns>
    public bool TryAdd(WriteOperation operation)
    {
        while (true)
        {
            var newest = Volatile.Read(ref _newest);
            if (newest == Closed) return false;
            operation.Next = newest == Asleep ? null : newest;
            if (Interlocked.CompareExchange(ref _newest, operation, newest) != newest) continue;
            if (newest == Asleep) _wake.Set();
            return true;
        }
    }

    /// <summary>Waits until there is something, then takes all of it, oldest first.</summary>
    public void TakeAll(List<WriteOperation> into)
    {
        while (true)
        {
            if (Interlocked.Exchange(ref _newest, null) is { } newest && newest != Asleep)
            {
                Unfold(newest, into);
                return;
            }

            if (Interlocked.CompareExchange(ref _newest, Asleep, null) is null) _wake.WaitOne();
        }
    }

    /// <summary>Admits no more, and takes what came last.</summary>
    public void Close(List<WriteOperation> into)
    {
        if (Interlocked.Exchange(ref _newest, Closed) is { } newest && newest != Asleep) Unfold(newest, into);
    }

    public void Dispose() => _wake.Dispose();

    private static void Unfold(WriteOperation newest, List<WriteOperation> into)
    {
        var from = into.Count;
        for (var operation = newest; operation is not null; operation = operation.Next) into.Add(operation);
        into.Reverse(from, into.Count - from);
        for (var i = from; i < into.Count; i++) into[i].Next = null;
    }

    private sealed class Mark : WriteOperation
    {
        public override void Execute(WriteSession session) =>
            throw new InvalidOperationException("A mark of the queue is no write.");

        public override void Complete()
        {
        }

        public override void Fail(Exception error)
        {
        }
    }
}
