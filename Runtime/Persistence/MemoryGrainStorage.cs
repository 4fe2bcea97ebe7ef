using System.Collections.Concurrent;
using System.Globalization;
using Orchestration.Runtime.Serialization;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orchestration.Runtime.Persistence;

/// <summary>
/// A store that dies with the process. Values are kept as bytes, so that a grain cannot change what is stored. Thread-safe.
/// </summary>
internal sealed class MemoryGrainStorage(string name, WireSerializer serializer) : IGrainStorage
{
    private readonly ConcurrentDictionary<(string State, GrainId Grain), Row> _rows = new();
    private long _version;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        var row = _rows.GetValueOrDefault((stateName, grainId));
        grainState.State = row is null ? default : serializer.FromBytes<T>(row.Value);
        grainState.ETag = row?.ETag;
        grainState.RecordExists = row is not null;
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        var key = (stateName, grainId);
        var row = new Row(
            Interlocked.Increment(ref _version).ToString(CultureInfo.InvariantCulture), serializer.ToBytes(grainState.State!));
        var stored = _rows.GetValueOrDefault(key);
        var written = stored?.ETag == grainState.ETag
            && (stored is null ? _rows.TryAdd(key, row) : _rows.TryUpdate(key, row, stored));
        if (!written) throw Conflict(key, grainState.ETag);
        grainState.ETag = row.ETag;
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        var key = (stateName, grainId);
        if (_rows.TryGetValue(key, out var stored)
            && (stored.ETag != grainState.ETag || !_rows.TryRemove(new KeyValuePair<(string, GrainId), Row>(key, stored))))
        {
            throw Conflict(key, grainState.ETag);
        }

        grainState.ETag = null;
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }

    private InconsistentStateException Conflict((string State, GrainId Grain) key, string? expected)
    {
        var stored = _rows.GetValueOrDefault(key)?.ETag;
        return new InconsistentStateException(
            $"State '{key.State}' of {key.Grain} in store '{name}' is of version {stored ?? "none"}, not {expected ?? "none"}.",
                stored, expected);
    }

    private sealed record Row(string ETag, byte[] Value);
}
