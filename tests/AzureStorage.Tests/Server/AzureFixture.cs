using Azure.Storage.Blobs;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage;
using Orchestration.Storage.Tests.Conformance;
using Orchestration.Tests.Servers;

namespace Orchestration.AzureStorage.Tests.Server;

/// <summary>
/// A container of its own on the shared server; or in the account that <see cref="AccountVariable"/> gives the connection string
/// of, where the suite is to be run against the real service.
/// </summary>
public sealed class AzureFixture(AzureStorageForm form, Action<AzureStorageOptions>? configure = null) : StoreFixture
{
    /// <summary>The variable that names an account to run against instead of Azurite.</summary>
    public const string AccountVariable = "ORCHESTRATION_AZURE_ACCOUNT";

    private AzureStorageStores? _stores;

    public override bool KnowsNamespaces => false; // their names are hashes there

    public string Container { get; } = "t" + Guid.NewGuid().ToString("N");

    public AzuriteServer Server { get; private set; } = null!;

    public AzureStorageStores Stores => _stores ?? throw new InvalidOperationException("The store is not open.");

    public override IHistoryStore History => Stores.History;

    public override IReminderStore Reminders => Stores.Reminders;

    public override ISmallStateStore SmallState => Stores.SmallState;

    public override IMembershipStore Membership => Stores.Membership;

    public override IDataSetReader Reader => Stores.Reader;

    public BlobContainerClient Client => new(Address, Container);

    private static string? Account =>
        Environment.GetEnvironmentVariable(AccountVariable) is { Length: > 0 } account ? account : null;

    private string Address => Account ?? Server.Address();

    public static async Task<AzureFixture> OpenNewAsync(AzureStorageForm form)
    {
        var fixture = new AzureFixture(form);
        await fixture.OpenAsync();
        return fixture;
    }

    public AzureStorageOptions Options()
    {
        var options = new AzureStorageOptions
        {
            ConnectionString = Address, Container = Container, Form = form, RetryDelay = TimeSpan.FromMilliseconds(20),
            RetryLimit = TimeSpan.FromSeconds(20), RequestTimeout = TimeSpan.FromSeconds(10),
        };
        configure?.Invoke(options);
        return options;
    }

    public override async Task OpenAsync()
    {
        if (Account is null) Server = await AzuriteServer.SharedAsync();
        _stores = await AzureStorageStores.OpenAsync(Options());
    }

    public override async Task ReopenAsync()
    {
        await Stores.DisposeAsync();
        await OpenAsync();
    }

    public override async Task<(IHistoryStore History, IAsyncDisposable Silo)> OpenAnotherAsync()
    {
        var stores = await AzureStorageStores.OpenAsync(Options());
        return (stores.History, stores);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_stores is not null) await _stores.DisposeAsync();
        if (Account is not null || Server is not null) await Client.DeleteIfExistsAsync();
    }
}
