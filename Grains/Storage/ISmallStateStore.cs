namespace Orchestration.Grains.Storage;

/// <summary>Small state of grains, by kind and key, guarded by tags. Thread-safe.</summary>
public interface ISmallStateStore
{
    /// <summary>Reads a state; null where there is none.</summary>
    ValueTask<SmallState?> ReadAsync(string kind, string key, CancellationToken cancellationToken = default);

    /// <summary>Writes a state on the condition that it still has the tag (null: that there is none).</summary>
    /// <returns>The new tag; null where the condition did not hold, and nothing was written.</returns>
    ValueTask<string?> WriteAsync(string kind, string key, string? etag, ReadOnlyMemory<byte> data,
        CancellationToken cancellationToken = default);

    /// <summary>Removes a state on the condition that it still has the tag.</summary>
    /// <returns>Whether the condition held.</returns>
    ValueTask<bool> ClearAsync(string kind, string key, string? etag, CancellationToken cancellationToken = default);
}

/// <summary>A state as it is stored.</summary>
/// <param name="Data">Its bytes.</param>
/// <param name="ETag">Changes with every write.</param>
public sealed record SmallState(ReadOnlyMemory<byte> Data, string ETag);
