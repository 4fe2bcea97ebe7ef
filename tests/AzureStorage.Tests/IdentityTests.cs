using Azure.Core.Pipeline;
using Orchestration.AzureStorage.Tests.Server;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage;
using Orchestration.Tests.Servers;
using Orchestration.Workflows;

namespace Orchestration.AzureStorage.Tests;

/// <summary>The store by an identity's tokens instead of the account's key, over TLS.</summary>
public sealed class IdentityTests : IAsyncLifetime
{
    private readonly MadeIdentity _identity = new();
    private AzuriteServer _server = null!;

    public async Task InitializeAsync() => _server = await AzuriteServer.StartSecuredAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(AzureStorageForm.SharedLog)]
    [InlineData(AzureStorageForm.BlobPerRun)]
    public async Task OpenAsync_ByIdentity_KeepsHistories(AzureStorageForm form)
    {
        var options = Options();
        (options.Container, options.Form) = ("by-identity-" + form.ToString().ToLowerInvariant(), form);
        var request = Opening.First("a");
        await using (var stores = await AzureStorageStores.OpenAsync(options))
            Assert.Equal(AppendOutcome.Appended, (await stores.History.AppendAsync(request)).Outcome);
        await using var again = await AzureStorageStores.OpenAsync(options);
        Assert.Equal(request.Key, (await again.History.FindAsync(request.Key.Key))!.Key);
    }

    [Fact]
    public async Task OpenAsync_NoTokenToBeHad_IsRefusedAtOnce()
    {
        _identity.IsAway = true;
        var refused = await Opening.RefusedAsync(Options(), FaultCodes.StoreUnfit);
        Assert.Contains("No managed identity endpoint found", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Storage Blob Data Contributor", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_TokenForSomethingElse_IsRefused()
    {
        _identity.Audience = "https://graph.microsoft.com";
        var refused = await Opening.RefusedAsync(Options(), FaultCodes.StoreUnfit);
        Assert.Contains("managed identity", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_ServiceWithoutTls_IsRefused()
    {
        var options = Options();
        options.ServiceUri = new Uri("http://127.0.0.1:1/account");
        Assert.Contains("https", (await Opening.RefusedAsync(options, FaultCodes.StoreUnfit)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AppendAsync_NoTokenForAWhile_WaitsAndGoesOn()
    {
        var options = Options();
        options.RetryLimit = TimeSpan.FromMilliseconds(200);
        await using var stores = await AzureStorageStores.OpenAsync(options);
        await stores.History.AppendAsync(Opening.First("a"));
        _identity.IsAway = true;
        var request = Opening.First("b");
        var failed = await Assert.ThrowsAsync<StoreUnavailable>(async () => await stores.History.AppendAsync(request));
        Assert.Contains("no token", failed.Message, StringComparison.Ordinal);
        _identity.IsAway = false;
        Assert.Equal(AppendOutcome.Appended, (await stores.History.AppendAsync(request)).Outcome);
    }

    [Theory]
    [InlineData(60, "60 min ahead of")]
    [InlineData(-90, "90 min behind")]
    public async Task Store_ClockIsOff_IsRefusedByTheServiceAndSaysByHowMuch(int minutes, string said)
    {
        var time = new ShiftedTime();
        await using var stores = await AzureStorageStores.OpenAsync(Options(), timeProvider: time);
        await stores.History.AppendAsync(Opening.First("a"));
        time.By = _identity.Ahead = TimeSpan.FromMinutes(minutes);
        var request = Opening.First("b");
        var failed = await Assert.ThrowsAsync<StoreUnavailable>(async () => await stores.History.AppendAsync(request));
        Assert.Contains(said, failed.Message, StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<StoreRefused>(() => AzureStorageStores.OpenAsync(Options(), timeProvider: time));
        Assert.Equal(FaultCodes.StoreUnfit, refused.Code);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        time.By = _identity.Ahead = TimeSpan.Zero;
        Assert.Equal(AppendOutcome.Appended, (await stores.History.AppendAsync(request)).Outcome);
    }

    [Fact]
    public async Task AppendAsync_ServiceTakesTheIdentityNoLonger_SaysSoAndGoesOnOnceItDoes()
    {
        await using var stores = await AzureStorageStores.OpenAsync(Options());
        await stores.History.AppendAsync(Opening.First("a"));
        _identity.Audience = "https://graph.microsoft.com";
        var request = Opening.First("b");
        var failed = await Assert.ThrowsAsync<StoreUnavailable>(async () => await stores.History.AppendAsync(request));
        Assert.Contains("managed identity", failed.Message, StringComparison.Ordinal);
        _identity.Audience = "https://storage.azure.com";
        Assert.Null(await stores.History.FindAsync(new WorkflowKey("b")));
        Assert.Equal(AppendOutcome.Appended, (await stores.History.AppendAsync(request)).Outcome);
    }

    [Theory]
    [InlineData("default")]
    [InlineData("4f6a2f8e-4a50-4f58-9c9e-0d1f6f6b2b11")]
    public void Parse_AddressWithAnIdentity_HasNoKeyAndACredential(string identity)
    {
        var options = AzureStorageOptions.Parse(
            $"azure:BlobEndpoint=https://shop.blob.core.windows.net;Identity={identity};Container=jobs");
        Assert.Equal((null, "jobs"), (options.ConnectionString, options.Container));
        Assert.Equal(new Uri("https://shop.blob.core.windows.net"), options.ServiceUri);
        Assert.NotNull(options.Credential);
        Assert.Contains("shop.blob.core.windows.net", options.Describe(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("azure:Identity=default")]
    [InlineData("azure:BlobEndpoint=http://shop.blob.core.windows.net;Identity=default")]
    [InlineData("azure:BlobEndpoint=https://shop.blob.core.windows.net;AccountKey=YQ==;Identity=default")]
    [InlineData("azure:BlobEndpoint=https://shop.blob.core.windows.net;Identity=somebody")]
    public void Parse_AddressWithAnIdentityThatMakesNoSense_IsRefused(string address) =>
        Assert.Equal(
            FaultCodes.StoreUnfit, Assert.Throws<StoreRefused>(() => AzureStorageOptions.Parse(address)).Code);

    private AzureStorageOptions Options() => new()
    {
        ServiceUri = _server.ServiceUri, Credential = _identity, Container = "by-identity",
        RetryDelay = TimeSpan.FromMilliseconds(20), RequestTimeout = TimeSpan.FromSeconds(10),
        ConfigureClient = static client => client.Transport = new HttpClientTransport(new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
        }),
    };

    /// <summary>A machine's clock that is off.</summary>
    private sealed class ShiftedTime : TimeProvider
    {
        public TimeSpan By { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + By;
    }
}
