using Azure.Core;
using Azure.Storage.Blobs;
using Orchestration.Storage.AzureStorage.Connections;

namespace Orchestration.Storage.AzureStorage;

/// <summary>How the Azure Storage store is opened.</summary>
public sealed class AzureStorageOptions
{
    /// <summary>
    /// The account, with its key or a shared access signature. Leave it empty to use <see cref="ServiceUri"/> and
    /// <see cref="Credential"/>.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>The blob service (<c>https://ACCOUNT.blob.core.windows.net</c>), reached with <see cref="Credential"/>.</summary>
    public Uri? ServiceUri { get; set; }

    /// <summary>
    /// Who the silo is to the service: a managed identity or another credential of Azure.Identity, which needs the role
    /// "Storage Blob Data Contributor" on the container.
    /// </summary>
    public TokenCredential? Credential { get; set; }

    /// <summary>
    /// The container that holds the data set: 3 to 63 lower-case letters, digits and single hyphens. It belongs to the store
    /// alone; it is made where it is missing and <see cref="CreateContainer"/> allows it.
    /// </summary>
    public string Container { get; set; } = "orchestration";

    /// <summary>Whether opening makes a missing container. Otherwise a missing one is refused.</summary>
    public bool CreateContainer { get; set; } = true;

    /// <summary>
    /// How a new data set keeps its histories; null takes <see cref="AzureStorageForm.SharedLog"/>. Fixed with the data set:
    /// opening one of the other form than is named here is refused.
    /// </summary>
    public AzureStorageForm? Form { get; set; }

    /// <summary>
    /// How many logs a new data set of the shared form has, 1 to 16; 1 unless set. Shards are spread over them; fixed with the
    /// data set.
    /// </summary>
    public int Logs { get; set; } = 1;

    /// <summary>
    /// Consents to a container that was copied or put back from a backup: what ran after it was taken runs again.
    /// </summary>
    public bool AcceptRestore { get; set; }

    /// <summary>How long one request may take before it counts as lost. 15 s unless set.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a call goes on repeating requests that were throttled or lost before it fails, its outcome unknown. 40 s unless
    /// set. The first repeat comes after <see cref="RetryDelay"/>, each later one after twice as long, at most
    /// <see cref="MaximumRetryDelay"/>, and never before the service's own Retry-After.
    /// </summary>
    public TimeSpan RetryLimit { get; set; } = TimeSpan.FromSeconds(40);

    /// <summary>Before the first repeat of a request; up to a fifth is taken off by chance. 200 ms unless set.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The most time between two repeats. 8 s unless set.</summary>
    public TimeSpan MaximumRetryDelay { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>The most requests under way at once. 64 unless set.</summary>
    public int MaximumRequests { get; set; } = 64;

    /// <summary>
    /// Of the shared form: how many bytes of a log are kept in memory, and read again by a recovery, before they are moved to
    /// packs. 16 MiB unless set.
    /// </summary>
    public int FlushBytes { get; set; } = 16 << 20;

    /// <summary>Of the shared form: how long what is in a log stays there at most before it is moved. 5 min unless set.</summary>
    public TimeSpan FlushAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Of the shared form: blocks after which a segment of a log is closed; the service allows 50,000.</summary>
    public int SegmentBlocks { get; set; } = 49_000;

    /// <summary>Last word on the client: proxies, transports, policies, another cloud's settings.</summary>
    public Action<BlobClientOptions>? ConfigureClient { get; set; }

    /// <summary>
    /// Reads an address: <c>azure:CONNECTION STRING</c>, with <c>;Container=NAME</c>, <c>;Form=SharedLog|BlobPerRun</c>,
    /// <c>;Logs=N</c> and <c>;CreateContainer=false</c> among its parts where they are not the default. Without a key, by an
    /// identity: <c>azure:BlobEndpoint=https://ACCOUNT.blob.core.windows.net;Identity=default</c>, which is the machine's managed
    /// identity or what else Azure.Identity finds, or <c>;Identity=CLIENT-ID</c> of one of several.
    /// </summary>
    /// <exception cref="Grains.Storage.StoreRefused">It is none (ORCH0104). The message does not repeat it.</exception>
    public static AzureStorageOptions Parse(string address) => StoreAddress.Parse(address);

    /// <summary>Account and container, without secrets.</summary>
    public string Describe() => StoreAddress.Describe(this);
}
