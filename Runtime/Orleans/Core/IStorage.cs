namespace Orleans.Core;

/// <summary>A piece of stored state, called from turns of its grain. Every call reaches the store.</summary>
public interface IStorage
{
    /// <summary>The version last read or written; null where the store has none.</summary>
    string? Etag { get; }

    /// <summary>Whether the store holds a record.</summary>
    bool RecordExists { get; }

    /// <summary>Removes the record, if it is still of <see cref="Etag"/>, and resets the state.</summary>
    /// <exception cref="Storage.InconsistentStateException">The stored record is of another version.</exception>
    Task ClearStateAsync();

    /// <inheritdoc cref="ClearStateAsync()"/>
    Task ClearStateAsync(CancellationToken cancellationToken);

    /// <summary>Writes the state, if the stored record is still of <see cref="Etag"/>; durable when it returns.</summary>
    /// <exception cref="Storage.InconsistentStateException">The stored record is of another version.</exception>
    Task WriteStateAsync();

    /// <inheritdoc cref="WriteStateAsync()"/>
    Task WriteStateAsync(CancellationToken cancellationToken);

    /// <summary>Reads the state anew; what was changed in memory is lost.</summary>
    Task ReadStateAsync();

    /// <inheritdoc cref="ReadStateAsync()"/>
    Task ReadStateAsync(CancellationToken cancellationToken);
}
