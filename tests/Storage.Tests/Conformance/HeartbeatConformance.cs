using System.Text;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Storage.Tests.Conformance;

/// <summary>Heartbeat details, beside the history.</summary>
public abstract class HeartbeatConformance(StoreFixture fixture) : StoreConformance(fixture)
{
    [Fact]
    public async Task SaveHeartbeatAsync_NewerAttempt_Replaces()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        foreach (var beat in new[] { Beat(1, "a"), Beat(1, "b"), Beat(2, "c") })
        {
            await Store.SaveHeartbeatAsync(key, handle, beat);
            Assert.Equal(beat, await Store.FindHeartbeatAsync(key, handle, 5));
        }
    }

    [Fact]
    public async Task SaveHeartbeatAsync_OlderAttempt_NeverReplaces()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        await Store.SaveHeartbeatAsync(key, handle, Beat(2, "newer"));
        await Store.SaveHeartbeatAsync(key, handle, Beat(1, "older"));
        Assert.Equal(Beat(2, "newer"), await Store.FindHeartbeatAsync(key, 0, 5));
    }

    [Fact]
    public async Task FindHeartbeatAsync_OtherCommandOrRun_IsNull()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        await Store.SaveHeartbeatAsync(key, handle, Beat(1, "x"));
        Assert.Null(await Store.FindHeartbeatAsync(key, handle, 6));
        Assert.Null(await Store.FindHeartbeatAsync(NewKey("other"), 0, 5));
    }

    [Fact]
    public async Task SaveHeartbeatAsync_HeadersAndBytes_AreKeptAcrossReopening()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        var details = new Payload(
            new byte[] { 0, 1, 255 }, new Dictionary<string, string> { [Payload.EncodingHeader] = "binary", ["x"] = "ü" });
        await Store.SaveHeartbeatAsync(key, handle, new HeartbeatRecord(1, 1, details));
        await Store.SaveHeartbeatAsync(key, handle, new HeartbeatRecord(2, 1, new Payload(default)));
        await Fixture.ReopenAsync();
        Assert.Equal(details, (await Store.FindHeartbeatAsync(key, handle, 1))!.Details);
        Assert.Equal(0, (await Store.FindHeartbeatAsync(key, handle, 2))!.Details.Data.Length);
    }

    [Fact]
    public async Task SaveHeartbeatAsync_AnyTime_LeavesTheHistoryAlone()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        await Store.SaveHeartbeatAsync(key, handle, Beat(1, "x"));
        Assert.Single(await HistoryAsync(key));
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(Next(key, 1, handle)));
    }

    [Fact]
    public async Task SaveHeartbeatAsync_FirstThingAfterReopening_LeavesTheRunAsItIs()
    {
        var key = NewKey();
        await StartAsync(key, Parked(T0), shard: 9);
        await Store.CountWakeAsync(key, 0);
        for (var n = 0; n < 50; n++) await StartAsync(NewKey($"other {n}")); // whatever the store does in the background
        await Fixture.ReopenAsync();
        await Store.SaveHeartbeatAsync(key, 0, Beat(1, "x"));
        await Fixture.ReopenAsync();
        var run = (await Store.FindAsync(key.Key))!;
        Assert.Equal((Parked(T0), 1), (run.Summary, run.Wakes));
        Assert.Single(await DueAsync(9, RunState.Parked));
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(Next(key, 1)));
    }

    private static HeartbeatRecord Beat(int attempt, string details) =>
        new(5, attempt, new Payload(Encoding.UTF8.GetBytes(details)));
}
