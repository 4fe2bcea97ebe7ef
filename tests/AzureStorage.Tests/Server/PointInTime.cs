using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Orchestration.AzureStorage.Tests.Server;

/// <summary>
/// A moment to which a point-in-time restore of the account goes back, as the service documents it: block blobs that were
/// written since have their older content, those that were deleted are there again, those that were made are gone. Append blobs
/// stay as they are, also those that were made or deleted since. What has not changed keeps its tag.
/// </summary>
public sealed class PointInTime
{
    private readonly BlobContainerClient _container;
    private readonly Dictionary<string, Block> _blocks = new(StringComparer.Ordinal);

    private PointInTime(BlobContainerClient container) => _container = container;

    public static async Task<PointInTime> TakeAsync(BlobContainerClient container)
    {
        var point = new PointInTime(container);
        foreach (var item in await point.BlocksAsync())
        {
            var blob = (await container.GetBlobClient(item.Name).DownloadContentAsync()).Value;
            point._blocks[item.Name] = new Block(blob.Content, blob.Details.Metadata, item.Properties.ETag);
        }

        return point;
    }

    /// <summary>Goes back; the names of the blobs that are not as they were right before.</summary>
    public async Task<List<string>> RestoreAsync()
    {
        var reverted = new List<string>();
        var left = new Dictionary<string, Block>(_blocks, StringComparer.Ordinal);
        foreach (var item in await BlocksAsync())
        {
            if (left.TryGetValue(item.Name, out var then))
            {
                if (item.Properties.ETag == then.Tag) left.Remove(item.Name);
                continue;
            }

            await _container.DeleteBlobAsync(item.Name);
            reverted.Add(item.Name);
        }

        foreach (var (name, block) in left)
            await _container.GetBlobClient(name).UploadAsync(
                block.Content, new BlobUploadOptions { Metadata = block.Metadata });
        return [.. reverted, .. left.Keys];
    }

    private async Task<List<BlobItem>> BlocksAsync()
    {
        var items = new List<BlobItem>();
        await foreach (var item in _container.GetBlobsAsync())
            if (item.Properties.BlobType == BlobType.Block) items.Add(item);
        return items;
    }

    private sealed record Block(BinaryData Content, IDictionary<string, string> Metadata, Azure.ETag? Tag);
}
