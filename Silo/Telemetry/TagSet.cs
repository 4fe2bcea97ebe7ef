namespace Orchestration.Silo.Telemetry;

/// <summary>The tags of a measurement, by value; the engine's instruments have no more than three.</summary>
internal readonly record struct TagSet
{
    private TagSet(int count, Tag first, Tag second, Tag third) => (Count, First, Second, Third) = (count, first, second, third);

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>The first one.</summary>
    public Tag First { get; }

    /// <summary>The second one.</summary>
    public Tag Second { get; }

    /// <summary>The third one.</summary>
    public Tag Third { get; }

    /// <summary>The tags of a measurement; what goes beyond three is left out.</summary>
    public static TagSet Of(ReadOnlySpan<KeyValuePair<string, object?>> tags) => new(
        Math.Min(tags.Length, 3),
        tags.Length > 0 ? Tag.Of(tags[0]) : default,
        tags.Length > 1 ? Tag.Of(tags[1]) : default,
        tags.Length > 2 ? Tag.Of(tags[2]) : default);

    /// <summary>Whether these are the tags of a measurement: what <see cref="Of"/> makes of them, without making it.</summary>
    public bool Are(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        Math.Min(tags.Length, 3) == Count
        && (tags.Length == 0 || First.Is(tags[0]))
        && (tags.Length < 2 || Second.Is(tags[1]))
        && (tags.Length < 3 || Third.Is(tags[2]));

    /// <summary>The series of all that came after there were too many.</summary>
    public static TagSet Overflow { get; } = new(1, new Tag("overflow", "true"), default, default);

    /// <summary>The tags in order.</summary>
    public IEnumerable<Tag> All
    {
        get
        {
            if (Count > 0) yield return First;
            if (Count > 1) yield return Second;
            if (Count > 2) yield return Third;
        }
    }

    /// <summary>A tag's value; null where there is none of that name.</summary>
    public string? this[string name] => First.Name == name ? First.Value
        : Second.Name == name ? Second.Value : Third.Name == name ? Third.Value : null;
}

/// <summary>A tag of a measurement.</summary>
internal readonly record struct Tag(string Name, string Value)
{
    /// <summary>The tag as it was given.</summary>
    public static Tag Of(KeyValuePair<string, object?> tag) => new(tag.Key, Text(tag.Value));

    /// <summary>Whether this is the tag as it was given.</summary>
    public bool Is(in KeyValuePair<string, object?> tag) => Value == Text(tag.Value) && Name == tag.Key;

    private static string Text(object? value) => value as string ?? value?.ToString() ?? "";
}
