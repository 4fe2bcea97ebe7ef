using System.Text;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;
using Orchestration.AzureStorage.Tests.Server;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage;
using Orchestration.Storage.AzureStorage.Log;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.AzureStorage.Tests;

/// <summary>
/// What is wrong with an account or a container is said clearly, with what to do, and nothing is written in doubt.
/// </summary>
public sealed class BadInputTests : IAsyncLifetime
{
    private readonly FaultPolicy _faults = new();
    private AzureFixture _fixture = null!;

    public async Task InitializeAsync() => _fixture = await AzureFixture.OpenNewAsync(AzureStorageForm.SharedLog);

    public async Task DisposeAsync() => await _fixture.DisposeAsync();

    [Theory]
    [InlineData("nosuchaccount", null, "account")]
    [InlineData("devstoreaccount1", "bm90IHRoZSBrZXk=", "key")]
    public async Task OpenAsync_WrongAccountOrKey_IsRefused(string account, string? key, string word)
    {
        var options = _fixture.Options();
        options.ConnectionString = key is null ? _fixture.Server.Address(account) : _fixture.Server.Address(account, key);
        var refused = await Opening.RefusedAsync(options, FaultCodes.StoreUnfit);
        Assert.Contains(word, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("AccountKey", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_UnknownHost_IsRefusedAtOnce()
    {
        var options = _fixture.Options();
        options.ConnectionString = "AccountName=nosuch;AccountKey=bm90IHRoZSBrZXk=;BlobEndpoint=http://nosuch.invalid/nosuch";
        var refused = await Opening.RefusedAsync(options, FaultCodes.StoreUnfit);
        Assert.Contains("host name", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("AccountName=a;AccountKey=not base64!;BlobEndpoint=http://127.0.0.1:1/a")]
    public async Task OpenAsync_UnreadableConnectionString_IsRefused(string connection)
    {
        var options = _fixture.Options();
        options.ConnectionString = connection;
        await Opening.RefusedAsync(options, FaultCodes.StoreUnfit);
    }

    [Theory]
    [InlineData(-25, "25 min behind")]
    [InlineData(40, "40 min ahead of")]
    public async Task OpenAsync_ClockIsOff_SaysByHowMuch(int minutes, string said)
    {
        _faults.Answer = () => new MadeResponse(403, "AuthenticationFailed", DateTimeOffset.UtcNow.AddMinutes(-minutes));
        _faults.Decide = static (_, _) => RequestFault.Answer;
        var refused = await Opening.RefusedAsync(Faulty(), FaultCodes.StoreUnfit);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.Contains("clock", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AppendAsync_ClockGoesOff_SaysSoAndGoesOnOnceItIsRight()
    {
        await using var stores = await AzureStorageStores.OpenAsync(Faulty());
        await stores.History.AppendAsync(Opening.First("a"));
        _faults.Answer = () => new MadeResponse(403, "AuthenticationFailed", DateTimeOffset.UtcNow.AddHours(1));
        _faults.Decide = static (_, _) => RequestFault.Answer;
        var request = Opening.First("b");
        var failed = await Assert.ThrowsAsync<StoreUnavailable>(async () => await stores.History.AppendAsync(request));
        Assert.Contains("60 min behind", failed.Message, StringComparison.Ordinal);
        _faults.Decide = static (_, _) => RequestFault.None;
        Assert.Equal(AppendOutcome.Appended, (await stores.History.AppendAsync(request)).Outcome);
    }

    [Fact]
    public async Task OpenAsync_RightsAreMissing_NamesThem()
    {
        var service = new BlobServiceClient(_fixture.Server.Address());
        var sas = service.GenerateAccountSasUri(
            AccountSasPermissions.Read | AccountSasPermissions.List, DateTimeOffset.UtcNow.AddHours(1),
            AccountSasResourceTypes.All);
        var options = _fixture.Options();
        options.ConnectionString = $"BlobEndpoint={service.Uri};SharedAccessSignature={sas.Query[1..]}";
        var refused = await Opening.RefusedAsync(options, FaultCodes.StoreUnfit);
        Assert.Contains("Storage Blob Data Contributor", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AzureStorageForm.BlobPerRun)] // takes markers away
    [InlineData(AzureStorageForm.SharedLog)] // removes segments and tables
    public async Task AppendAsync_RightToDeleteIsMissing_NamesIt(AzureStorageForm form)
    {
        await using var fixture = await AzureFixture.OpenNewAsync(form);
        var service = new BlobServiceClient(fixture.Server.Address());
        var sas = service.GenerateAccountSasUri(
            AccountSasPermissions.All & ~AccountSasPermissions.Delete, DateTimeOffset.UtcNow.AddHours(1),
            AccountSasResourceTypes.All);
        var options = fixture.Options();
        options.ConnectionString = $"BlobEndpoint={service.Uri};SharedAccessSignature={sas.Query[1..]}";
        await using var stores = await AzureStorageStores.OpenAsync(options);
        var first = Opening.First("a");
        await stores.History.AppendAsync(first);
        var failed = await Assert.ThrowsAsync<StoreUnavailable>(async () =>
        {
            var closed = new RunSummary(WorkflowStatus.Completed, RunState.Closed, null, DateTimeOffset.UnixEpoch);
            await stores.History.AppendAsync(Next(first.Key, 1, 0, closed));
            if (stores.History is SharedLogStore log) await FlushTwiceAsync(log);
        });
        Assert.Contains("Storage Blob Data Contributor", failed.Message, StringComparison.Ordinal);
        Assert.Contains("racwdl", failed.Message, StringComparison.Ordinal);

        static async Task FlushTwiceAsync(SharedLogStore log)
        {
            await log.FlushAsync();
            await log.AppendAsync(Opening.First("b"));
            await log.FlushAsync();
        }
    }

    [Fact]
    public async Task OpenAsync_NoContainerAndNoneToBeMade_IsRefused()
    {
        var options = _fixture.Options();
        (options.Container, options.CreateContainer) = ("missing" + Guid.NewGuid().ToString("N"), false);
        var refused = await Opening.RefusedAsync(options, FaultCodes.StoreUnfit);
        Assert.Contains("no such container", refused.Message, StringComparison.Ordinal);
        Assert.False((await _fixture.Server.Container(options.Container).ExistsAsync()).Value);
    }

    [Fact]
    public async Task OpenAsync_BadContainerName_IsRefused()
    {
        var options = _fixture.Options();
        options.Container = "No_Name!";
        await Opening.RefusedAsync(options, FaultCodes.StoreUnfit);
    }

    [Theory]
    [InlineData(AzureStorageForm.SharedLog)]
    [InlineData(AzureStorageForm.BlobPerRun)]
    public async Task AppendAsync_ContainerDeletedUnderneath_SaysSoAndMakesNone(AzureStorageForm form)
    {
        await using var fixture = new AzureFixture(form);
        await fixture.OpenAsync();
        await fixture.History.AppendAsync(Opening.First("a"));
        await fixture.Client.DeleteAsync();
        var failed = await Assert.ThrowsAsync<StoreUnavailable>(
            async () => await fixture.History.AppendAsync(Opening.First("b")));
        Assert.Contains("container is gone", failed.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnavailable>(async () => await fixture.History.FindAsync(new WorkflowKey("a")));
        Assert.False((await fixture.Client.ExistsAsync()).Value);
    }

    [Fact]
    public async Task OpenAsync_NewerLayout_IsRefused()
    {
        await _fixture.Stores.DisposeAsync();
        var layout = _fixture.Client.GetBlobClient("layout");
        var json = (await layout.DownloadContentAsync()).Value.Content.ToString();
        var newer = json.Replace("\"format\": 2", "\"format\": 99", StringComparison.Ordinal);
        Assert.NotEqual(json, newer);
        await layout.UploadAsync(BinaryData.FromString(newer), overwrite: true);
        var refused = await Opening.RefusedAsync(_fixture.Options(), FaultCodes.StoreTooNew);
        Assert.Contains("layout 99", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("not json")]
    public async Task OpenAsync_LayoutUnreadable_IsRefused(string json)
    {
        await _fixture.Stores.DisposeAsync();
        await _fixture.Client.GetBlobClient("layout").UploadAsync(BinaryData.FromString(json), overwrite: true);
        await Opening.RefusedAsync(_fixture.Options(), FaultCodes.StoreCorrupt);
    }

    [Fact]
    public async Task OpenAsync_ContainerOfSomethingElse_IsRefusedAndLeftAlone()
    {
        var options = _fixture.Options();
        options.Container = "other" + Guid.NewGuid().ToString("N");
        var client = _fixture.Server.Container(options.Container);
        await client.CreateAsync();
        await client.GetBlobClient("somebody's/file").UploadAsync(BinaryData.FromString("x"));
        await Opening.RefusedAsync(options, FaultCodes.StoreCorrupt);
        var names = new List<string>();
        await foreach (var item in client.GetBlobsAsync()) names.Add(item.Name);
        Assert.Equal(["somebody's/file"], names);
        await client.DeleteAsync();
    }

    [Fact]
    public async Task OpenAsync_OtherForm_IsRefused()
    {
        var options = _fixture.Options();
        options.Form = AzureStorageForm.BlobPerRun;
        var refused = await Opening.RefusedAsync(options, FaultCodes.StoreUnfit);
        Assert.Contains("SharedLog", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AzureStorageForm.SharedLog)]
    [InlineData(AzureStorageForm.BlobPerRun)]
    public async Task OpenAsync_Copy_IsRefusedUntilItIsAccepted(AzureStorageForm form)
    {
        await using var fixture = new AzureFixture(form);
        await fixture.OpenAsync();
        await fixture.History.AppendAsync(Opening.First("a"));
        await fixture.Stores.DisposeAsync();
        var options = fixture.Options();
        options.Container = "copy" + Guid.NewGuid().ToString("N");
        await fixture.Server.CopyAsync(fixture.Container, options.Container);

        var refused = await Opening.RefusedAsync(options, FaultCodes.StoreRestored);
        Assert.Contains("--accept-restore", refused.Message, StringComparison.Ordinal);
        options.AcceptRestore = true;
        await using (var accepted = await AzureStorageStores.OpenAsync(options))
        {
            Assert.True(accepted.WasRestored);
            Assert.NotNull(await accepted.History.FindAsync(new WorkflowKey("a")));
        }

        options.AcceptRestore = false;
        await using (var again = await AzureStorageStores.OpenAsync(options)) Assert.False(again.WasRestored);
        await fixture.Server.Container(options.Container).DeleteAsync();
    }

    [Fact]
    public async Task AppendAsync_OlderLogPutInPlace_WritesNothing()
    {
        await _fixture.History.AppendAsync(Opening.First("a"));
        BlobItem? segment = null;
        await foreach (var item in _fixture.Client.GetBlobsAsync(BlobTraits.None, BlobStates.None, "logs/00/segments/", default))
            segment = item;
        var blob = _fixture.Client.GetAppendBlobClient(segment!.Name);
        await blob.GetBlobLeaseClient().BreakAsync(TimeSpan.Zero);
        await blob.DeleteAsync();
        await blob.CreateAsync();
        var failed = await Assert.ThrowsAsync<StoreUnavailable>(
            async () => await _fixture.History.AppendAsync(Opening.First("b")));
        Assert.Contains("shorter", failed.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await blob.GetPropertiesAsync()).Value.ContentLength);
    }

    [Theory]
    [InlineData(AzureStorageForm.BlobPerRun)]
    [InlineData(AzureStorageForm.SharedLog)]
    public async Task OlderCopyPutInPlace_UnderneathASiloThatKnowsNoneOfIt_IsToldAndNothingWritten(AzureStorageForm form)
    {
        await using var fixture = new AzureFixture(form);
        await fixture.OpenAsync();
        var first = Opening.First("a");
        await fixture.History.AppendAsync(first);
        var copy = await CopyTool.TakeAsync(fixture.Client, fixture.Client);
        await fixture.History.AppendAsync(Next(first.Key, 1, 0));
        var time = new ManualTimeProvider();
        await using var other = await AzureStorageStores.OpenAsync(fixture.Options(), timeProvider: time);
        await other.SmallState.WriteAsync("schedule", "mine", null, new byte[] { 1 });
        await copy.PutAllAsync();
        time.Advance(TimeSpan.FromSeconds(3));
        var names = await NamesAsync();

        // The service has not let the log be overwritten, so that it has both turns still.
        var tail = form == AzureStorageForm.SharedLog ? 2 : 1;
        await ToldAsync(async () => await other.History.AppendAsync(Next(first.Key, tail, 0)));
        await ToldAsync(async () => await other.History.AppendAsync(Opening.First("b")));
        await ToldAsync(async () => await other.SmallState.WriteAsync("schedule", "more", null, new byte[] { 1 }));
        time.Advance(TimeSpan.FromSeconds(3)); // it stays so
        await ToldAsync(async () => await other.SmallState.WriteAsync("schedule", "more", null, new byte[] { 1 }));
        Assert.Equal(names, await NamesAsync());
        await Opening.RefusedAsync(fixture.Options(), FaultCodes.StoreRestored);

        async Task ToldAsync(Func<Task> write)
        {
            var told = await Assert.ThrowsAsync<StoreUnavailable>(write);
            Assert.Contains("--accept-restore", told.Message, StringComparison.Ordinal);
        }

        async Task<List<string>> NamesAsync()
        {
            var all = new List<string>();
            await foreach (var item in fixture.Client.GetBlobsAsync()) all.Add($"{item.Name} {item.Properties.ETag}");
            return all;
        }
    }

    [Fact]
    public async Task AppendAsync_OlderHistoryPutInPlace_WritesNothing()
    {
        await using var fixture = new AzureFixture(AzureStorageForm.BlobPerRun);
        await fixture.OpenAsync();
        var first = Opening.First("a");
        var handle = (await fixture.History.AppendAsync(first)).Handle;
        var blob = await HistoryOfAsync(fixture);
        var older = (await blob.DownloadContentAsync()).Value.Content;
        Assert.Equal(AppendOutcome.Appended, (await fixture.History.AppendAsync(Next(first.Key, 1, handle))).Outcome);
        await blob.DeleteAsync();
        await blob.CreateAsync();
        await blob.AppendBlockAsync(older.ToStream());
        var failed = await Assert.ThrowsAsync<StoreUnavailable>(
            async () => await fixture.History.AppendAsync(Next(first.Key, 2, handle)));
        Assert.Contains("shorter", failed.Message, StringComparison.Ordinal);
        Assert.Contains("--accept-restore", failed.Message, StringComparison.Ordinal);
        Assert.Equal(older.ToMemory().Length, (await blob.GetPropertiesAsync()).Value.ContentLength);
    }

    private static async Task<AppendBlobClient> HistoryOfAsync(AzureFixture fixture)
    {
        BlobItem? history = null;
        await foreach (var item in fixture.Client.GetBlobsAsync(BlobTraits.None, BlobStates.None, "histories/", default))
            history = item;
        return fixture.Client.GetAppendBlobClient(history!.Name);
    }

    private static AppendRequest Next(StoreKey key, long expected, long handle, RunSummary? summary = null) => new()
    {
        Key = key, Handle = handle, ExpectedSequence = expected, TurnId = new TurnId(Guid.NewGuid(), expected + 1),
        EventCount = 1, Format = 1, Body = Encoding.UTF8.GetBytes("next"), Summary = summary,
    };

    [Fact]
    public async Task AppendAsync_Throttled_WaitsAsAskedAndGoesOn()
    {
        await using var stores = await AzureStorageStores.OpenAsync(Faulty());
        var left = 3;
        _faults.Answer = static () => new MadeResponse(503, "ServerBusy", retryAfter: "0.1");
        _faults.Decide = (_, _) => Interlocked.Decrement(ref left) >= 0 ? RequestFault.Answer : RequestFault.None;
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        Assert.Equal(AppendOutcome.Appended, (await stores.History.AppendAsync(Opening.First("a"))).Outcome);
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(290));
    }

    [Fact]
    public async Task AppendAsync_ThrottledForGood_FailsAsUnknownAndSaysWhy()
    {
        var options = Faulty();
        options.RetryLimit = TimeSpan.FromMilliseconds(200);
        await using var stores = await AzureStorageStores.OpenAsync(options);
        _faults.Answer = static () => new MadeResponse(503, "ServerBusy");
        _faults.Decide = static (_, _) => RequestFault.Answer;
        var failed = await Assert.ThrowsAsync<StoreUnavailable>(async () => await stores.History.AppendAsync(Opening.First("a")));
        Assert.Contains("throttled", failed.Message, StringComparison.Ordinal);
        _faults.Decide = static (_, _) => RequestFault.None;
        Assert.Null(await stores.History.FindAsync(new WorkflowKey("a")));
    }

    [Theory]
    [InlineData("postgres://x")]
    [InlineData("azure:")]
    [InlineData("azure:AccountName=a;Form=Other")]
    [InlineData("azure:AccountName=a;Logs=many")]
    [InlineData("azure:AccountName=a;CreateContainer=perhaps")]
    public void Parse_Nonsense_IsRefused(string address) =>
        Assert.Equal(
            FaultCodes.StoreUnfit, Assert.Throws<StoreRefused>(() => AzureStorageOptions.Parse(address)).Code);

    [Fact]
    public void Parse_Address_GivesTheConnectionStringAndTheStoresOwnParts()
    {
        var options = AzureStorageOptions.Parse(
            "azure:AccountName=a;AccountKey=YWJj+/==;BlobEndpoint=http://127.0.0.1:1/a;Container=jobs;Form=BlobPerRun;Logs=3"
            + ";CreateContainer=false");
        Assert.Equal(("jobs", AzureStorageForm.BlobPerRun, 3), (options.Container, options.Form, options.Logs));
        Assert.False(options.CreateContainer);
        Assert.Contains("AccountKey=YWJj+/==", options.ConnectionString, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("YWJj", options.Describe(), StringComparison.Ordinal);
        Assert.Contains("container jobs", options.Describe(), StringComparison.Ordinal);
    }

    private AzureStorageOptions Faulty()
    {
        var options = _fixture.Options();
        options.ConfigureClient = client => client.AddPolicy(_faults, Azure.Core.HttpPipelinePosition.PerRetry);
        return options;
    }
}
