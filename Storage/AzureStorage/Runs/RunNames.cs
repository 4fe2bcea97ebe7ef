using System.Globalization;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Workflows;

namespace Orchestration.Storage.AzureStorage.Runs;

/// <summary>Names of the blobs of this form; docs/azure.md lists them.</summary>
internal static class RunNames
{
    private const long InvertedDays = 99_999_999;
    private const int MinutesADay = 1440;

    public static string Instance(WorkflowKey key) => $"instances/{Names.Hex(key)}";

    public static string History(StoreKey key, int number) => string.Create(
        CultureInfo.InvariantCulture, $"{Histories(key)}{number:D5}");

    public static string Histories(StoreKey key) => $"histories/{Names.Hex(key.Key)}/{key.RunId}/";

    public static string Body(StoreKey key, long sequence, TurnId turn) => string.Create(
        CultureInfo.InvariantCulture, $"{Bodies(key)}{sequence:D10}-{turn.Activation:N}-{turn.Number}");

    public static string Bodies(StoreKey key) => $"bodies/{Names.Hex(key.Key)}/{key.RunId}/";

    public static string Beat(StoreKey key, long command) => string.Create(
        CultureInfo.InvariantCulture, $"{Beats(key)}{command}");

    public static string Beats(StoreKey key) => $"heartbeats/{Names.Hex(key.Key)}/{key.RunId}/";

    /// <summary>The markers that a run with this summary has: why recovery would wake it.</summary>
    public static List<string> Markers(StoreKey key, long handle, int shard, RunSummary? summary)
    {
        var names = new List<string>(2);
        if (summary is null or { State: RunState.Closed }) return names;
        if (summary.State is RunState.Runnable or RunState.Stalled)
            names.Add(Marker(shard, summary.State, 0, handle, key.RunId));
        if (summary.WakeAt is { } at) names.Add(Marker(shard, RunState.Parked, Milliseconds(at), handle, key.RunId));
        return names;
    }

    public static string MarkerPrefix(int shard, RunState state)
    {
        var kind = state == RunState.Runnable ? 'r' : state == RunState.Stalled ? 's' : 'p';
        return string.Create(CultureInfo.InvariantCulture, $"due/{shard:x2}/{kind}/");
    }

    /// <summary>Due time and handle of a marker, by its name.</summary>
    public static (long Due, long Handle) Place(string marker, int prefix)
    {
        var name = marker.AsSpan(prefix);
        return name.Length > 32
            && long.TryParse(name[..15], NumberStyles.None, CultureInfo.InvariantCulture, out var due)
            && long.TryParse(name.Slice(16, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var handle)
            ? (due, handle) : throw ByteReader.Damaged("an index entry");
    }

    public static long Milliseconds(DateTimeOffset time) => time.UtcTicks / TimeSpan.TicksPerMillisecond;

    public static string ListNamespace(string @namespace) => $"starts/{Names.Hex(@namespace)}/";

    /// <summary>
    /// A run's place in lists, newest first. Days and minutes are folders: the service lists from the first name only, and so a
    /// page begins where the one before ended without reading all that lies between.
    /// </summary>
    public static string ListEntry(StoreKey key, long handle, DateTimeOffset startedAt)
    {
        var at = Milliseconds(startedAt);
        var folder = $"{ListNamespace(key.Key.Namespace)}{Day(at)}/{Minute(at)}/";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{folder}{59_999 - (at % 60_000):D5}-{long.MaxValue - handle:x16}-{key.RunId}");
    }

    public static string Day(long milliseconds) => Names.Ordered(InvertedDays - (milliseconds / 86_400_000), 8);

    public static string Minute(long milliseconds) =>
        Names.Ordered(MinutesADay - 1 - (milliseconds / 60_000 % MinutesADay), 4);

    private static string Marker(int shard, RunState state, long due, long handle, RunId run) => string.Create(
        CultureInfo.InvariantCulture, $"{MarkerPrefix(shard, state)}{due:D15}-{handle:x16}-{run}");
}
