using Orchestration.Grains.Messages;
using Orchestration.Tests.Support;

namespace Orchestration.Grains.Tests.Messages;

/// <summary>No change is missed, nobody waits for ever, and nothing is kept that nobody can ask for.</summary>
public sealed class MessageHubTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(18);

    private readonly ManualTimeProvider _time = new();
    private readonly MessageHub _hub;
    private readonly Guid _run = Guid.NewGuid();

    public MessageHubTests() => _hub = new MessageHub("silo-1", _time);

    public void Dispose() => _hub.Dispose();

    [Fact]
    public async Task Wait_TopicIsAnnounced_AllWaitersOfItAndNoOthersAreTold()
    {
        var waits = Enumerable.Range(0, 3).Select(_ => WaitAsync("status")).ToArray();
        var other = WaitAsync("update:1");
        var otherRun = WaitAsync("status", Guid.NewGuid());
        _hub.Announce(_run, "status");
        Assert.All(await Task.WhenAll(waits), Assert.True);
        Assert.False(other.IsCompleted || otherRun.IsCompleted);
    }

    [Fact]
    public async Task Wait_ChangedBetweenTicketAndArrival_EndsAtOnce()
    {
        var ticket = _hub.Ticket(_run, "status");
        _hub.Announce(_run, "status");
        Assert.True(await _hub.WaitAsync(_run, "status", ticket.Seen, Long, default));
        Assert.Equal("silo-1", ticket.Hub);
    }

    [Fact]
    public async Task Wait_NothingHappens_EndsWithTheTimeThatACallMayTake()
    {
        var wait = WaitAsync("status", wait: TimeSpan.FromHours(1));
        _time.Advance(MessageHub.MaximumWait);
        Assert.False(await wait);
    }

    [Fact]
    public async Task AnnounceAll_RunEnds_EveryTopicOfItIsTold()
    {
        var waits = new[] { WaitAsync("status"), WaitAsync("update:1"), WaitAsync("update:2") };
        var other = WaitAsync("status", Guid.NewGuid());
        _hub.AnnounceAll(_run);
        Assert.All(await Task.WhenAll(waits), Assert.True);
        Assert.False(other.IsCompleted);
    }

    [Fact]
    public async Task Wait_CallerGivesUp_LeavesOthersWaiting()
    {
        using var patience = new CancellationTokenSource();
        var ticket = _hub.Ticket(_run, "status");
        var gone = _hub.WaitAsync(_run, "status", ticket.Seen, Long, patience.Token);
        var stays = _hub.WaitAsync(_run, "status", ticket.Seen, Long, default);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.False(stays.IsCompleted);
        _hub.Announce(_run, "status");
        Assert.True(await stays);
    }

    [Fact]
    public async Task Topics_NobodyWaitsForOrCanAskFor_AreForgottenAndAWaitForThemEndsAtOnce()
    {
        var ticket = _hub.Ticket(_run, "status");
        var waited = WaitAsync("update:1", wait: Long);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2, _hub.Count);
        _time.Advance(TimeSpan.FromSeconds(8));
        Assert.False(await waited);
        for (var i = 0; i < 8; i++) _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(0, _hub.Count);
        Assert.True(await _hub.WaitAsync(_run, "status", ticket.Seen, Long, default)); // the workflow is asked again
    }

    [Fact]
    public async Task Ticket_OfAForgottenTopic_IsNotTakenForANewOne()
    {
        var old = _hub.Ticket(_run, "status");
        for (var i = 0; i < 8; i++) _time.Advance(TimeSpan.FromSeconds(5));
        var now = _hub.Ticket(_run, "status");
        Assert.NotEqual(old.Seen, now.Seen);
        Assert.True(await _hub.WaitAsync(_run, "status", old.Seen, Long, default));
    }

    private Task<bool> WaitAsync(string topic, Guid? run = null, TimeSpan? wait = null)
    {
        var asked = run ?? _run;
        return _hub.WaitAsync(asked, topic, _hub.Ticket(asked, topic).Seen, wait ?? Long, default);
    }
}
