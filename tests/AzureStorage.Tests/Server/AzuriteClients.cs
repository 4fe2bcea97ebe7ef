using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Orchestration.Tests.Servers;

namespace Orchestration.AzureStorage.Tests.Server;

/// <summary>The service as a test looks at it beside the store.</summary>
public static class AzuriteClients
{
    public static BlobContainerClient Container(this AzuriteServer server, string name) => new(server.Address(), name);

    /// <summary>Copies a container blob by blob, as an operator's tools do, into a new one.</summary>
    public static async Task CopyAsync(this AzuriteServer server, string from, string to)
    {
        var (source, target) = (server.Container(from), server.Container(to));
        await target.CreateIfNotExistsAsync();
        await foreach (var item in source.GetBlobsAsync(BlobTraits.Metadata, BlobStates.None, null, default))
        {
            var content = (await source.GetBlobClient(item.Name).DownloadContentAsync()).Value.Content;
            if (item.Properties.BlobType == BlobType.Append)
            {
                var blob = target.GetAppendBlobClient(item.Name);
                await blob.CreateAsync(new AppendBlobCreateOptions { Metadata = item.Metadata });
                if (content.ToMemory().Length > 0) await blob.AppendBlockAsync(content.ToStream());
            }
            else
            {
                await target.GetBlobClient(item.Name).UploadAsync(content, new BlobUploadOptions { Metadata = item.Metadata });
            }
        }
    }
}
