using System.Collections.Concurrent;
using System.Globalization;

namespace Orchestration.Grains.Storage.InMemory;

/// <summary>Small state in this process's memory. Thread-safe.</summary>
public sealed class InMemorySmallStateStore : ISmallStateStore
{
    private readonly ConcurrentDictionary<(string Kind, string Key), SmallState> _states = new();
    private long _lastTag;

    /// <inheritdoc/>
    public ValueTask<SmallState?> ReadAsync(string kind, string key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_states.GetValueOrDefault((kind, key)));
    }

    /// <inheritdoc/>
    public ValueTask<string?> WriteAsync(
        string kind, string key, string? etag, ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var next = new SmallState(data.ToArray(), Interlocked.Increment(ref _lastTag).ToString(CultureInfo.InvariantCulture));
        var written = etag is null
            ? _states.TryAdd((kind, key), next)
            : _states.TryGetValue((kind, key), out var now) && now.ETag == etag && _states.TryUpdate((kind, key), next, now);
        return ValueTask.FromResult(written ? next.ETag : null);
    }

    /// <inheritdoc/>
    public ValueTask<bool> ClearAsync(string kind, string key, string? etag, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var there = _states.TryGetValue((kind, key), out var now);
        var held = etag is null ? !there : there && now!.ETag == etag && _states.TryRemove(KeyValuePair.Create((kind, key), now));
        return ValueTask.FromResult(held);
    }

    internal IEnumerable<DataSetState> All() =>
        _states.Select(static state => new DataSetState(state.Key.Kind, state.Key.Key, state.Value.Data));
}
