namespace Orchestration.Benchmarks.Cluster;

/// <summary>Which of them have begun, and how often; thread-safe.</summary>
public sealed class Holds(int count)
{
    private readonly int[] _begun = new int[count];
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _again;

    /// <summary>How many have begun at least once.</summary>
    public int BegunOnce => _begun.Count(static n => n > 0);

    /// <summary>How often one has begun that had before.</summary>
    public int BegunAgain => Volatile.Read(ref _again);

    /// <summary>Ends when they are let go.</summary>
    public Task Released => _released.Task;

    /// <summary>One has begun.</summary>
    public void Begun(int number)
    {
        if (Interlocked.Increment(ref _begun[number]) > 1) Interlocked.Increment(ref _again);
    }

    /// <summary>Lets all of them go.</summary>
    public void Release() => _released.TrySetResult();
}
