using System.Text.Json;
using Azure.Storage.Blobs;
using Orchestration.Storage.AzureStorage;

namespace Orchestration.AzureStorage.Tests.Server;

/// <summary>Data sets as builds of before 2026-11-30 made them.</summary>
internal static class FirstLayout
{
    public static async Task MakeAsync(BlobContainerClient container, AzureStorageForm form)
    {
        await container.CreateAsync();
        var witness = await container.UploadBlobAsync("witness", BinaryData.FromString("x"));
        var layout = "{ \"format\": 1, \"form\": \"" + form + "\", \"logs\": 1, \"dataSet\": \"" + Guid.NewGuid()
            + "\", \"incarnation\": \"" + Guid.NewGuid() + "\", \"witness\": "
            + JsonSerializer.Serialize(witness.Value.ETag.ToString("H")) + " }";
        await container.UploadBlobAsync("layout", BinaryData.FromString(layout));
    }
}
