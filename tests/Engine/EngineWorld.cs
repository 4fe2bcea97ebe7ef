using System.Collections.Concurrent;

namespace Orchestration.Tests.Engine;

/// <summary>What is outside of the store, and goes on when that is put back: what activities have done.</summary>
public sealed class EngineWorld
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _counted;

    /// <summary>Executions of activities that wait.</summary>
    public ConcurrentQueue<(string Name, int Attempt, string Key)> Executions { get; } = new();

    /// <summary>Completes once activities may end.</summary>
    public Task Released => _released.Task;

    /// <summary>How many steps have run.</summary>
    public int Counted => Volatile.Read(ref _counted);

    /// <summary>A step runs.</summary>
    public void Count() => Interlocked.Increment(ref _counted);

    /// <summary>Lets activities end.</summary>
    public void Release() => _released.TrySetResult();
}
