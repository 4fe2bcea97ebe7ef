using System.Collections.Concurrent;

namespace Orchestration.Grains.Recovery;

/// <summary>
/// The shards that live on this silo, so that what concerns them all reaches them without a call. Thread-safe.
/// </summary>
internal sealed class LiveShards
{
    private readonly ConcurrentDictionary<int, Action<Action<ShardGrain>>> _shards = new();

    /// <summary>The numbers of those that are here.</summary>
    public ICollection<int> Numbers => _shards.Keys;

    /// <summary>A shard is here; what it is told is run on its scheduler.</summary>
    public void Add(int number, Action<Action<ShardGrain>> run)
    {
        _shards[number] = run;
        Came?.Invoke(number);
    }

    /// <summary>Raised with the number of a shard that is here since now. On the shard's scheduler.</summary>
    public event Action<int>? Came;

    /// <summary>
    /// Raised with the number of a shard that goes, whoever ends it, and with what ends when it has gone. On the shard's
    /// scheduler.
    /// </summary>
    public event Action<int, Task>? Going;

    /// <summary>A shard goes. Another activation of it that has come meanwhile stays.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="run">What it was added with.</param>
    /// <param name="gone">Ends when it has gone.</param>
    public void Remove(int number, Action<Action<ShardGrain>> run, Task gone)
    {
        if (_shards.TryRemove(KeyValuePair.Create(number, run))) Going?.Invoke(number, gone);
    }

    /// <summary>Tells all of them something.</summary>
    public void TellAll(Action<ShardGrain> news)
    {
        // The dictionary's own copy, since LINQ's takes the count and the entries at two moments. In the order of their numbers,
        // so that a simulated cluster takes the same course each time.
        var shards = _shards.ToArray();
        foreach (var (_, run) in shards.OrderBy(static shard => shard.Key)) run(news);
    }

    /// <summary>Tells one of them something, if it is here.</summary>
    public void Tell(int number, Action<ShardGrain> news)
    {
        if (_shards.TryGetValue(number, out var run)) run(news);
    }
}
