using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestration.Samples.Shared;

/// <summary>
/// A book of the world outside the workflows: records by key, one JSON file each. A change is on disk, entirely or not at all,
/// when <see cref="Change"/> returns; so a step that is repeated finds what it did before. For one process at a time;
/// thread-safe.
/// </summary>
/// <typeparam name="T">A record.</typeparam>
/// <param name="directory">The folder; made with the first record.</param>
public sealed class FileBook<T>(string directory) where T : class
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true, Converters = { new JsonStringEnumConverter() },
    };

    private readonly Lock _gate = new();

    /// <summary>The record under a key; null where there is none.</summary>
    public T? Find(string key)
    {
        lock (_gate) return Read(PathOf(key));
    }

    /// <summary>All records, by key.</summary>
    public IReadOnlyList<T> All()
    {
        lock (_gate)
        {
            return !Directory.Exists(directory)
                ? []
                : [.. Directory.EnumerateFiles(directory, "*.json").Order(StringComparer.Ordinal).Select(static p => Read(p)!)];
        }
    }

    /// <summary>Changes one record. Nobody else sees or changes it meanwhile.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="change">
    /// Gets the record (null: there is none) and returns it as it shall be; the same one where nothing changes. If it throws,
    /// nothing changes.
    /// </param>
    /// <returns>The record as it now is.</returns>
    public T Change(string key, Func<T?, T> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        lock (_gate)
        {
            var path = PathOf(key);
            var before = Read(path);
            var after = change(before);
            if (!after.Equals(before)) Write(path, after);
            return after;
        }
    }

    private static T? Read(string path) =>
        File.Exists(path) ? JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), Format) : null;

    private void Write(string path, T record)
    {
        Directory.CreateDirectory(directory);
        var draft = path + ".draft";
        using (var file = new FileStream(draft, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, record, Format);
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: true);
    }

    private string PathOf(string key) => Path.Combine(directory, Uri.EscapeDataString(key) + ".json");
}
