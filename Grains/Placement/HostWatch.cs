using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Orchestration.Grains.Placement;

/// <summary>
/// Which runs in this silo's memory have attempts on which other silo, so that a silo's loss is told to those whom it concerns
/// and costs nothing for the others. Thread-safe.
/// </summary>
internal sealed class HostWatch
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<Action, long>> _watchers = new(StringComparer.Ordinal);
    private readonly ClusterView _cluster;
    private long _last;

    public HostWatch(ClusterView cluster)
    {
        _cluster = cluster;
        cluster.SiloLost += OnLost;
    }

    /// <summary>
    /// Has an action called, once and on any thread, when the silo is lost. One that was lost before is not told of any more: the
    /// caller asks <see cref="ClusterView.IsAlive"/> after this.
    /// </summary>
    public void Add(string host, Action lost) =>
        _watchers.GetOrAdd(host, static _ => new ConcurrentDictionary<Action, long>())
            .TryAdd(lost, Interlocked.Increment(ref _last));

    /// <summary>Takes back an <see cref="Add"/>.</summary>
    public void Remove(string host, Action lost)
    {
        if (!_watchers.TryGetValue(host, out var watchers)) return;
        watchers.TryRemove(lost, out _);

        // Nobody will be told of a silo that was lost before it was watched, and whoever watches it now finds that out.
        if (watchers.IsEmpty && !_cluster.IsAlive(host)) _watchers.TryRemove(KeyValuePair.Create(host, watchers));
    }

    /// <summary>How many watch a silo.</summary>
    public int CountOf(string host) => _watchers.TryGetValue(host, out var watchers) ? watchers.Count : 0;

    /// <summary>
    /// Whether a silo is gone for certain. One that this silo has not heard of may just have joined: the table is asked first.
    /// False where that does not answer.
    /// </summary>
    public async ValueTask<bool> IsGoneAsync(string host)
    {
        if (_cluster.IsAlive(host)) return false;
        if (!_cluster.IsUnheardOf(host)) return true;
        try
        {
            await _cluster.RefreshAsync();
            return !_cluster.IsAlive(host);
        }
        catch (Exception e) when (e is OrleansException or TimeoutException or Orchestration.Workflows.EngineFault)
        {
            return false; // asked again by whoever needs to know
        }
    }

    private void OnLost(string host)
    {
        if (!_watchers.TryRemove(host, out var watchers)) return;

        // In the order in which they came, so that a simulated cluster takes the same course each time.
        foreach (var (lost, _) in watchers.OrderBy(static watcher => watcher.Value)) lost();
    }
}
