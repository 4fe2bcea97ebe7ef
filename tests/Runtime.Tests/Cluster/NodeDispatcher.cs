using System.Collections.Concurrent;
using Orchestration.Runtime.Activations;

namespace Orchestration.Runtime.Tests.Cluster;

/// <summary>The threads of a silo that can be paused or killed. Thread-safe.</summary>
internal sealed class NodeDispatcher : ITurnDispatcher
{
    private readonly ThreadPoolDispatcher _threads = new();
    private readonly ConcurrentQueue<IThreadPoolWorkItem> _kept = new();
    private volatile bool _paused;
    private volatile bool _dead;

    public void Dispatch(IThreadPoolWorkItem item)
    {
        if (_dead) return;
        if (_paused) _kept.Enqueue(item);
        else _threads.Dispatch(item);
    }

    public void Kill() => _dead = true;

    public void Pause() => _paused = true;

    public void Resume()
    {
        _paused = false;
        while (_kept.TryDequeue(out var item)) Dispatch(item);
    }
}
