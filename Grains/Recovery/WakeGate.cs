namespace Orchestration.Grains.Recovery;

/// <summary>
/// How many runs this silo wakes at a time, from the reading of each to the commit of its first turn, all shards together: enough
/// to keep the store's group commits full, few enough that a silo which comes back to a hundred thousand runs still answers, and
/// that what is under way is little beside what the heap's youngest generation holds. Thread-safe.
/// </summary>
/// <param name="width">How many at a time.</param>
internal sealed class WakeGate(int width = 128) : IDisposable
{
    private readonly SemaphoreSlim _free = new(width);

    /// <summary>When the silo came up: what was due before should have been awake already.</summary>
    public required DateTimeOffset SiloStartedAt { get; init; }

    /// <summary>
    /// Whether a shard that is at its own bound may take one more place. A quarter of them is left to others: a shard whose wakes
    /// hang, since what they call does not answer, is not to hold up all.
    /// </summary>
    public bool HasRoomToSpare => _free.CurrentCount > width / 4;

    /// <summary>Waits for a place.</summary>
    public Task EnterAsync() => _free.WaitAsync();

    /// <summary>Gives the place back.</summary>
    public void Leave() => _free.Release();

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();
}
