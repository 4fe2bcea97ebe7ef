using Orchestration.AzureStorage.Tests.Server;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage;
using Orchestration.Tests.Support;

namespace Orchestration.AzureStorage.Tests;

/// <summary>What a silo that dies leaves behind of state that is too large to be beside its name.</summary>
public sealed class ContentSweepTests
{
    private const int MostRequests = 100;

    // The service's clock is the machine's: by this one all blobs have been there for years.
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(AzureStorageForm.SharedLog, false)]
    [InlineData(AzureStorageForm.SharedLog, true)]
    [InlineData(AzureStorageForm.BlobPerRun, true)]
    public async Task SweepAsync_SiloDiedAtItsNthRequest_LeavesWhatIsNamedAlone(AzureStorageForm form, bool isCarriedOut)
    {
        var hasSwept = false;
        for (var nth = 1; nth < MostRequests; nth++)
        {
            await using var fixture = await AzureFixture.OpenNewAsync(form);
            var isDead = await DiesAsync(fixture, nth, isCarriedOut);
            await using var next = await AzureStorageStores.OpenAsync(fixture.Options(), timeProvider: _time);
            hasSwept |= await next.Sweep!.SweepAsync(default) > 0;
            var named = 0;
            foreach (var key in (string[])["a", "b"])
            {
                if (await next.SmallState.ReadAsync("schedule", key) is not { } state) continue;
                Assert.All(state.Data.ToArray(), static value => Assert.Equal(7, value));
                if (state.Data.Length > 4096) named++;
            }

            Assert.Equal(named, (await ContentsAsync(fixture)).Count);
            Assert.Equal(0, await next.Sweep.SweepAsync(default));
            if (isDead) continue;
            Assert.True(hasSwept, "No death left anything to be removed.");
            return;
        }

        Assert.Fail($"The work was not done after {MostRequests} requests.");
    }

    [Fact]
    public async Task SweepAsync_OfThisVeryDay_IsLeftAlone()
    {
        await using var fixture = await AzureFixture.OpenNewAsync(AzureStorageForm.SharedLog);
        await fixture.SmallState.WriteAsync("schedule", "a", null, Bytes(9000));
        await fixture.Client.DeleteBlobAsync((await BlobsAsync(fixture, "state/")).Single());
        Assert.Equal(0, await fixture.Stores.Sweep!.SweepAsync(default));
        Assert.Single(await ContentsAsync(fixture));
    }

    [Fact]
    public async Task Silo_RunsForAWhile_SweepsWithFewRequestsAndOnceADay()
    {
        await using var fixture = await AzureFixture.OpenNewAsync(AzureStorageForm.SharedLog);
        await fixture.SmallState.WriteAsync("schedule", "gone", null, Bytes(9000));
        await fixture.Client.DeleteBlobAsync((await BlobsAsync(fixture, "state/")).Single());
        await fixture.SmallState.WriteAsync("schedule", "kept", null, Bytes(9000));
        await using var stores = await AzureStorageStores.OpenAsync(fixture.Options(), timeProvider: _time);
        var before = stores.Requests;
        _time.Advance(TimeSpan.FromMinutes(11));

        // A list, a look at the owner of each of the two, whether the container is still the one, and the removal.
        await Eventually.EventuallyAsync(() => stores.Requests == before + 5, "the sweep's five requests");
        await Eventually.EventuallyAsync(
            () => ContentsAsync(fixture), static contents => contents.Count == 1, "one content, which is named");
        Assert.NotNull(await stores.SmallState.ReadAsync("schedule", "kept"));
        before = stores.Requests;
        _time.Advance(TimeSpan.FromHours(23));
        Assert.Equal(before, stores.Requests);
    }

    /// <summary>Writes small state until the silo is dead. False: it lived to the end.</summary>
    private static async Task<bool> DiesAsync(AzureFixture fixture, int nth, bool isCarriedOut)
    {
        var faults = new FaultPolicy();
        var options = fixture.Options();
        (options.RetryLimit, options.RetryDelay) = (TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(5));
        options.ConfigureClient = client => client.AddPolicy(faults, Azure.Core.HttpPipelinePosition.PerRetry);
        await using var stores = await AzureStorageStores.OpenAsync(options);
        var last = faults.Sent + nth;
        faults.CrashAt(last, isCarriedOut);
        try
        {
            var a = await stores.SmallState.WriteAsync("schedule", "a", null, Bytes(9000));
            var b = await stores.SmallState.WriteAsync("schedule", "b", null, Bytes(5000));
            a = await stores.SmallState.WriteAsync("schedule", "a", a, Bytes(8000));
            await stores.SmallState.WriteAsync("schedule", "a", a, Bytes(10));
            await stores.SmallState.ClearAsync("schedule", "b", b);
            await stores.SmallState.WriteAsync("schedule", "b", null, Bytes(6000));
            return faults.Sent >= last; // a removal that fails does not fail the write that it belongs to
        }
        catch (StoreUnavailable)
        {
            return true;
        }
    }

    private static byte[] Bytes(int count) => [.. Enumerable.Repeat((byte)7, count)];

    private static Task<List<string>> ContentsAsync(AzureFixture fixture) => BlobsAsync(fixture, "contents/");

    private static async Task<List<string>> BlobsAsync(AzureFixture fixture, string prefix)
    {
        var names = new List<string>();
        await foreach (var item in fixture.Client.GetBlobsAsync())
            if (item.Name.StartsWith(prefix, StringComparison.Ordinal)) names.Add(item.Name);
        return names;
    }
}
