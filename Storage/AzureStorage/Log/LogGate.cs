using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Connections;
using Orchestration.Storage.AzureStorage.Layout;
using Orchestration.Storage.AzureStorage.Log.Tables;
using Orchestration.Workflows;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>
/// Whether a log is whole: refused is one of which a part was deleted, or put back without the rest. Asked before anything is
/// written.
/// </summary>
internal static class LogGate
{
    private const string Remedy =
        "Nothing was written. Undelete what is missing (blob soft delete), or restore a backup of the whole container. A "
        + "point-in-time restore of the account does not do: it brings back manifests and packs, and leaves the log as it is.";

    /// <summary>Looks at a log as a store that opens finds it, which may be one that nobody has made yet.</summary>
    /// <exception cref="StoreRefused">It is not whole (ORCH0106), or of a newer version (ORCH0102).</exception>
    public static async Task CheckAsync(Blobs blobs, LogNames names, CancellationToken cancellationToken)
    {
        long? before = null;
        while (await Manifest.ReadAsync(blobs, names, cancellationToken).ConfigureAwait(false) is { } manifest)
        {
            var (segment, place) = (names.Segment(manifest.Checkpoint.Segment, manifest.Segment), manifest.Checkpoint.Offset);
            var last = await blobs.ReadAsync(segment, cancellationToken, Math.Max(0, place - 1), 1).ConfigureAwait(false);
            if (last is { IsNothing: false } && manifest.Note?.CreatedAt is { } then && last.Origin.CreatedAt is { } now
                && now != then) throw Restored(blobs, segment, now, then);
            if (last is { IsNothing: false } || (last is not null && place == 0)) return;

            // Another silo may have moved on meanwhile, and removed what the manifest that was read named.
            if (before == manifest.Version)
                throw Broken(
                    $"{blobs.Where}: the manifest of a log names its segment {segment}, up to byte {place}, and "
                    + (last is null ? "that is not there. " : "that is shorter. ") + Remedy);
            before = manifest.Version;
        }

        await RefuseRestAsync(blobs, names, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Refuses a log whose manifest is gone: it is not to be begun anew beside what is left of it.</summary>
    public static async Task RefuseRestAsync(Blobs blobs, LogNames names, CancellationToken cancellationToken)
    {
        var rest = await FindRestAsync(blobs, names, cancellationToken).ConfigureAwait(false);
        if (rest is null) return;

        // Unless another silo has made it, and written to it, since it was looked for.
        if (await Manifest.ReadAsync(blobs, names, cancellationToken).ConfigureAwait(false) is null)
            throw Broken($"{blobs.Where}: the manifest {names.Manifest} of a log is gone, and {rest} is there. " + Remedy);
    }

    /// <summary>A blob that the manifest names, and that no flush can have removed since.</summary>
    public static StoreRefused Missing(Blobs blobs, LogNames names, BlobGone gone) => new(
        FaultCodes.StoreCorrupt, $"{blobs.Where}: {names.Manifest} names a blob that is missing. {gone.Message} {Remedy}", gone);

    /// <summary>An older manifest than one that this silo knows of.</summary>
    public static StoreUnavailable Older(Blobs blobs, LogNames names) => new(
        $"{blobs.Where}: the manifest {names.Manifest} is older than what the log, or this silo, knows of: an older copy was put "
        + $"in its place. Stop all silos. {Remedy}");

    // A silo that is making the log makes an empty segment first.
    private static async Task<string?> FindRestAsync(Blobs blobs, LogNames names, CancellationToken cancellationToken)
    {
        await foreach (var page in blobs.ListAsync(names.Root, cancellationToken).ConfigureAwait(false))
            if (page.FirstOrDefault(item => item.Properties.ContentLength > Empty(item.Name)) is { } item) return item.Name;
        return null;

        long Empty(string name) => name.StartsWith(names.Segments, StringComparison.Ordinal) ? LogBlock.HeaderLength : 0;
    }

    private static StoreRefused Restored(Blobs blobs, string segment, DateTimeOffset now, DateTimeOffset then) => new(
        FaultCodes.StoreRestored,
        $"{blobs.Where}: the segment {segment} of a log was copied, or put back from a backup, and the container's witness was "
        + $"not: it was made at {now:u}, and the one that the manifest names at {then:u}. To go on from it, with no silo left on "
        + $"the other one, remove the blob {CopyWatch.WitnessName} and open the container with --accept-restore.");

    private static StoreRefused Broken(string message) => new(FaultCodes.StoreCorrupt, message);
}
