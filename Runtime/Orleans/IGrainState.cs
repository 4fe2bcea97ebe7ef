namespace Orleans;

/// <summary>A record as it passes between a grain and a store.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
public interface IGrainState<T>
{
    /// <summary>The value.</summary>
    T? State { get; set; }

    /// <summary>The version.</summary>
    string? ETag { get; set; }

    /// <summary>Whether the store holds a record.</summary>
    bool RecordExists { get; set; }
}
