using Azure.Storage.Blobs.Specialized;
using Orchestration.AzureStorage.Tests.Server;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage;
using Orchestration.Storage.AzureStorage.Log;
using Orchestration.Tests.Support;

namespace Orchestration.AzureStorage.Tests;

/// <summary>The lease by which silos hold the segment of a log that they write to.</summary>
public sealed class SegmentHoldTests
{
    private readonly ManualTimeProvider _time = new();
    private int _leases;
    private int _written;

    [Fact]
    public async Task Writes_OneAfterTheOther_ProlongTheLeaseEveryHalfOfItsTime_AndNoneCostsNothing()
    {
        await using var fixture = await AzureFixture.OpenNewAsync(AzureStorageForm.SharedLog);
        await using var stores = await OpenAsync(fixture);
        await WriteAsync(stores);
        await WriteAsync(stores);
        Assert.Equal(1, Volatile.Read(ref _leases));
        _time.Advance(TimeSpan.FromSeconds(31));
        await WriteAsync(stores);
        await Task.WhenAll(((SharedLogStore)stores.History).Logs.Select(static log => log.HeldAsync())); // beside the write
        Assert.Equal(2, Volatile.Read(ref _leases));
        _time.Advance(TimeSpan.FromSeconds(20));
        await WriteAsync(stores);
        Assert.Equal(2, Volatile.Read(ref _leases));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, Volatile.Read(ref _leases));
        await WriteAsync(stores);
        Assert.Equal(3, Volatile.Read(ref _leases)); // taken before the write
    }

    [Fact]
    public async Task Lease_BrokenUnderneath_IsTakenAgainAndTheWriteStandsOnce()
    {
        await using var fixture = await AzureFixture.OpenNewAsync(AzureStorageForm.SharedLog);
        await using var stores = await OpenAsync(fixture);
        await WriteAsync(stores);
        await (await SegmentAsync(fixture)).BreakAsync(TimeSpan.Zero);
        await WriteAsync(stores);
        Assert.Equal(2, Volatile.Read(ref _leases));
        Assert.Equal(2, (await fixture.History.ListAsync(new ListQuery())).Runs.Count);
    }

    [Fact]
    public async Task Lease_OfSomebodyElse_IsToldAndTheWriteGoesOnOnceItIsBroken()
    {
        await using var fixture = await AzureFixture.OpenNewAsync(AzureStorageForm.SharedLog);
        await using var stores = await OpenAsync(fixture);
        await WriteAsync(stores);
        var segment = await SegmentAsync(fixture);
        await segment.BreakAsync(TimeSpan.Zero);
        await segment.AcquireAsync(TimeSpan.FromSeconds(-1));
        var request = Opening.First("b");
        var failed = await Assert.ThrowsAsync<StoreUnavailable>(async () => await stores.History.AppendAsync(request));
        Assert.Contains("lease", failed.Message, StringComparison.Ordinal);
        await segment.BreakAsync(TimeSpan.Zero);
        Assert.Equal(AppendOutcome.Appended, (await stores.History.AppendAsync(request)).Outcome);
    }

    [Fact]
    public async Task FlushAsync_SegmentThatIsHeldStill_RemovesIt()
    {
        await using var fixture = new AzureFixture(AzureStorageForm.SharedLog, static options => options.SegmentBlocks = 3);
        await fixture.OpenAsync();
        for (var n = 0; n < 5; n++) await fixture.History.AppendAsync(Opening.First($"{n}"));
        await ((SharedLogStore)fixture.History).FlushAsync();
        var segments = 0;
        await foreach (var item in fixture.Client.GetBlobsAsync())
            if (item.Name.Contains("/segments/", StringComparison.Ordinal)) segments++;
        Assert.Equal(1, segments);
    }

    private async Task<AzureStorageStores> OpenAsync(AzureFixture fixture)
    {
        var faults = new FaultPolicy
        {
            Decide = (_, request) =>
            {
                if (request.Uri.Query.Contains("comp=lease", StringComparison.Ordinal)) Interlocked.Increment(ref _leases);
                return RequestFault.None;
            },
        };
        var options = fixture.Options();
        options.FlushAge = TimeSpan.FromDays(1); // a flush writes too
        options.ConfigureClient = client => client.AddPolicy(faults, Azure.Core.HttpPipelinePosition.PerRetry);
        return await AzureStorageStores.OpenAsync(options, timeProvider: _time);
    }

    private async Task WriteAsync(AzureStorageStores stores) => Assert.Equal(
        AppendOutcome.Appended, (await stores.History.AppendAsync(Opening.First($"run-{_written++}"))).Outcome);

    private static async Task<BlobLeaseClient> SegmentAsync(AzureFixture fixture)
    {
        await foreach (var item in fixture.Client.GetBlobsAsync())
            if (item.Name.Contains("/segments/", StringComparison.Ordinal))
                return fixture.Client.GetBlobClient(item.Name).GetBlobLeaseClient();
        throw new InvalidOperationException("There is no segment.");
    }
}
