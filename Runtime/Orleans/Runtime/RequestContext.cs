namespace Orleans.Runtime;

/// <summary>
/// Values that travel with a call into the calls that it makes, and nowhere else: not back to the caller, nor into the next call
/// of the same activation. Values must be serialisable and small.
/// </summary>
public static class RequestContext
{
    private static readonly AsyncLocal<Dictionary<string, object>?> Flowing = new();

    /// <summary>The names set.</summary>
    public static IEnumerable<string> Keys => Flowing.Value is { } entries ? entries.Keys : [];

    /// <summary>The names and values set.</summary>
    public static IEnumerable<KeyValuePair<string, object>> Entries => Flowing.Value is { } entries ? entries : [];

    /// <summary>The entries that an outgoing call carries. Never changed once it flows: setting a value makes a copy.</summary>
    internal static Dictionary<string, object>? CurrentEntries
    {
        get => Flowing.Value;
        set
        {
            if (!ReferenceEquals(Flowing.Value, value)) Flowing.Value = value;
        }
    }

    /// <summary>The value under a name; null where none is set.</summary>
    public static object? Get(string key) =>
        Flowing.Value is { } entries && entries.TryGetValue(key, out var value) ? value : null;

    /// <summary>Sets a value for the calls that are made from here on.</summary>
    public static void Set(string key, object value)
    {
        ArgumentNullException.ThrowIfNull(key);
        Flowing.Value = Flowing.Value is { } entries
            ? new Dictionary<string, object>(entries) { [key] = value }
            : new Dictionary<string, object>(1) { [key] = value };
    }

    /// <summary>Removes a value; false where none was set.</summary>
    public static bool Remove(string key)
    {
        if (Flowing.Value is not { } entries || !entries.ContainsKey(key)) return false;
        if (entries.Count == 1)
        {
            Flowing.Value = null;
            return true;
        }

        var fewer = new Dictionary<string, object>(entries);
        fewer.Remove(key);
        Flowing.Value = fewer;
        return true;
    }

    /// <summary>Removes all values.</summary>
    public static void Clear() => CurrentEntries = null;
}
