using Azure.Storage.Blobs;
using Orchestration.Tests.Servers;

namespace Orchestration.AzureStorage.Tests.Server;

/// <summary>The service as a test looks at it beside the store.</summary>
public static class AzuriteClients
{
    public static BlobContainerClient Container(this AzuriteServer server, string name) => new(server.Address(), name);
}
