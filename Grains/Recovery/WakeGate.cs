namespace Orchestration.Grains.Recovery;

/// <summary>
/// How many runs this silo wakes at a time, from the reading of each to the commit of its first turn, all shards together: enough
/// to keep the store's group commits full, few enough that a silo which comes back to a hundred thousand runs still answers, and
/// that what is under way is little beside what the heap's youngest generation holds. Thread-safe.
/// </summary>
internal sealed class WakeGate : IDisposable
{
    /// <summary>How many at a time.</summary>
    public const int Width = 128;

    private readonly SemaphoreSlim _free = new(Width);

    /// <summary>When the silo came up: what was due before should have been awake already.</summary>
    public required DateTimeOffset SiloStartedAt { get; init; }

    /// <summary>Waits for a place.</summary>
    public Task EnterAsync() => _free.WaitAsync();

    /// <summary>Gives the place back.</summary>
    public void Leave() => _free.Release();

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();
}
