namespace Orleans;

/// <summary>A record in memory.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
[GenerateSerializer]
public sealed class GrainState<T> : IGrainState<T>
{
    /// <summary>An empty record.</summary>
    public GrainState()
    {
    }

    /// <summary>A record with this value, not stored yet.</summary>
    public GrainState(T? state)
        : this(state, null)
    {
    }

    /// <summary>A record with this value and version.</summary>
    public GrainState(T? state, string? eTag)
    {
        State = state;
        ETag = eTag;
    }

    /// <inheritdoc/>
    [Id(0)]
    public T? State { get; set; }

    /// <inheritdoc/>
    [Id(1)]
    public string? ETag { get; set; }

    /// <inheritdoc/>
    [Id(2)]
    public bool RecordExists { get; set; }
}
