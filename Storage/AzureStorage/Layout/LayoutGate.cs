using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Connections;
using Orchestration.Workflows;

namespace Orchestration.Storage.AzureStorage.Layout;

/// <summary>Opens a container as a data set, or refuses; nothing is written before it is clear which.</summary>
internal static class LayoutGate
{
    private const string LayoutName = "layout";
    private const string WitnessName = CopyWatch.WitnessName;

    /// <summary>The container's layout; the data set is made where the container is missing or empty.</summary>
    /// <exception cref="StoreRefused">The container is newer, not a store's, damaged, or restored without consent.</exception>
    public static async Task<(StoreLayout Layout, bool WasRestored)> OpenAsync(
        Blobs blobs, AzureStorageOptions options, CancellationToken cancellationToken)
    {
        Check(options);
        if (options.CreateContainer) await blobs.CreateContainerAsync(cancellationToken).ConfigureAwait(false);
        else if (!await blobs.ContainerExistsAsync(cancellationToken).ConfigureAwait(false))
            throw Failures.Unfit(
                $"{blobs.Where}: there is no such container. Make it, correct the name, or allow the store to make it.");
        while (true)
        {
            var found = await blobs.ReadAsync(LayoutName, cancellationToken).ConfigureAwait(false);
            if (found is not null) return await AdmitAsync(blobs, options, found, cancellationToken).ConfigureAwait(false);
            await CreateAsync(blobs, options, cancellationToken).ConfigureAwait(false);
        }
    }

    private static void Check(AzureStorageOptions options)
    {
        if (options.Logs is < 1 or > 16)
            throw Failures.Unfit($"A data set has 1 to 16 logs, not {options.Logs}.");
        if (options.SegmentBlocks is < 2 or > 49_999)
            throw Failures.Unfit($"A segment has 2 to 49,999 blocks, not {options.SegmentBlocks}.");
        if (options.FlushBytes < 1 || options.MaximumRequests < 1)
            throw Failures.Unfit("FlushBytes and MaximumRequests must be positive.");
    }

    private static async Task CreateAsync(Blobs blobs, AzureStorageOptions options, CancellationToken cancellationToken)
    {
        await foreach (var page in blobs.ListAsync("", cancellationToken, pageSize: 5).ConfigureAwait(false))
        {
            if (page.FirstOrDefault(static item => item.Name is not (WitnessName or LayoutName)) is { } other
                && await blobs.ReadAsync(LayoutName, cancellationToken).ConfigureAwait(false) is null)
                throw new StoreRefused(
                    FaultCodes.StoreCorrupt,
                    $"{blobs.Where} holds blobs ({other.Name}) and no layout of a store: it belongs to something else, or its "
                    + "layout was deleted. Name an empty container, or restore this one.");
            break;
        }

        blobs.KeepsInAppendBlobs = true;
        var witness = await blobs.KeepAsync(WitnessName, Guid.NewGuid().ToByteArray(), cancellationToken, onlyNew: true)
                .ConfigureAwait(false)
            ?? (await blobs.ReadAsync(WitnessName, cancellationToken).ConfigureAwait(false))?.Version;
        if (witness is not { Tag: var tag }) return;
        var layout = new StoreLayout
        {
            Format = StoreLayout.CurrentFormat, Form = options.Form ?? AzureStorageForm.SharedLog, Logs = options.Logs,
            DataSet = Guid.NewGuid(), Incarnation = Guid.NewGuid(), Witness = tag.ToString("H"),
        };
        await SaveAsync(blobs, layout, before: null, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<bool> SaveAsync(
        Blobs blobs, StoreLayout layout, BlobVersion? before, CancellationToken cancellationToken)
    {
        var json = layout.ToJson();
        if (await blobs.KeepAsync(LayoutName, json, cancellationToken, before, onlyNew: before is null).ConfigureAwait(false)
            is null) return false;

        // Once more where people look, and where a version that knows the first layout alone reads that this one is newer.
        if (blobs.KeepsInAppendBlobs) await blobs.AppendAsync(LayoutName, json, 0, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static async Task<(StoreLayout Layout, bool WasRestored)> AdmitAsync(
        Blobs blobs, AzureStorageOptions options, BlobPart found, CancellationToken cancellationToken)
    {
        var layout = StoreLayout.Read(found.Content.Span)
            ?? throw new StoreRefused(FaultCodes.StoreCorrupt,
                $"{blobs.Where}: its layout cannot be read. Restore the blob {LayoutName}, or the container.");
        if (layout.Format > StoreLayout.CurrentFormat)
            throw new StoreRefused(
                FaultCodes.StoreTooNew,
                $"{blobs.Where} has layout {layout.Format}; this version reads up to {StoreLayout.CurrentFormat}. Run the "
                + "version that wrote it, or a newer one.");
        if (options.Form is { } wanted && wanted != layout.Form)
            throw Failures.Unfit(
                $"{blobs.Where} keeps histories in the form {layout.Form}, not {wanted}. A data set changes its form by being "
                + "moved to another container.");
        blobs.KeepsInAppendBlobs = layout.KeepsInAppendBlobs;
        var witness = await blobs.ReadAsync(WitnessName, cancellationToken).ConfigureAwait(false);
        if (witness is not null && witness.Tag.ToString("H") == layout.Witness) return (layout, false);
        if (!options.AcceptRestore)
            throw new StoreRefused(
                FaultCodes.StoreRestored,
                $"{blobs.Where} is not the container that was last in use: it was copied, or put back from a backup. Open it "
                + "with --accept-restore to go on from it, with no silo left on the other one.");
        var tag = witness?.Tag
            ?? (await blobs.KeepAsync(WitnessName, Guid.NewGuid().ToByteArray(), cancellationToken, onlyNew: true)
                .ConfigureAwait(false))?.Tag
            ?? throw new StoreUnavailable($"{blobs.Where}: another silo opens it; try again.");
        var accepted = layout with { Incarnation = Guid.NewGuid(), Witness = tag.ToString("H") };
        if (!await SaveAsync(blobs, accepted, found.Version, cancellationToken).ConfigureAwait(false))
            throw new StoreUnavailable($"{blobs.Where}: another silo accepts its restore; try again.");
        return (accepted, true);
    }
}
