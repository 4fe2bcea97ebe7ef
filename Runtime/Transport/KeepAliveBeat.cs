namespace Orchestration.Runtime.Transport;

/// <summary>
/// The beat at which connections look whether their peers are still there: one timer for all of them, so that a process with many
/// does not wake for each. It runs while there are any. Thread-safe.
/// </summary>
internal sealed class KeepAliveBeat(TimeProvider time, TimeSpan interval)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<FrameConnection> _connections = []; // in the order in which they came: it is the same each time
    private ITimer? _timer;
    private int _beating;

    /// <summary>Has a connection look from now on.</summary>
    /// <returns>Its place, by which it is taken out again.</returns>
    public LinkedListNode<FrameConnection> Add(FrameConnection connection)
    {
        lock (_gate)
        {
            _timer ??= time.CreateTimer(static self => ((KeepAliveBeat)self!).Beat(), this, interval, interval);
            return _connections.AddLast(connection);
        }
    }

    /// <summary>The connection has ended.</summary>
    public void Remove(LinkedListNode<FrameConnection> place)
    {
        lock (_gate)
        {
            _connections.Remove(place);
            if (_connections.Count > 0) return;
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void Beat()
    {
        if (Interlocked.Exchange(ref _beating, 1) != 0) return;
        FrameConnection[] all;
        lock (_gate) all = [.. _connections];
        foreach (var connection in all) connection.CheckAlive();
        Volatile.Write(ref _beating, 0);
    }
}
