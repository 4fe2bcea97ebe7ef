using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Visibility;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Visibility;

public sealed class ResultHubTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(18);

    private readonly ManualTimeProvider _time = new();
    private readonly ResultHub _hub;
    private readonly Guid _run = Guid.NewGuid();

    public ResultHubTests() => _hub = new ResultHub("silo-1", _time);

    public void Dispose() => _hub.Dispose();

    [Fact]
    public async Task Wait_RunIsAnnounced_AllWaitersAreAnsweredAndNothingIsLeft()
    {
        var waits = Enumerable.Range(0, 3).Select(_ => _hub.WaitAsync("order", _run, Long).AsTask()).ToArray();

        _hub.Announce("order", _run, Reply(5));

        Assert.All(await Task.WhenAll(waits), static r => Assert.Equal(WorkflowStatus.Completed, r!.Status));
        Assert.Equal((0, 0L), (_hub.Count, _hub.HeldBytes));
    }

    [Fact]
    public async Task Wait_RunEndedBetweenInvitationAndArrival_IsAnsweredAtOnce()
    {
        Assert.Equal("silo-1", _hub.Invite("order", _run));
        _hub.Announce("order", _run, Reply(5));

        var first = await _hub.WaitAsync("order", _run, Long);
        var second = await _hub.WaitAsync("order", _run, Long);

        Assert.NotNull(first);
        Assert.NotNull(second);
        _time.Advance(ResultHub.InvitationTime + TimeSpan.FromSeconds(5));
        Assert.Equal((0, 0L), (_hub.Count, _hub.HeldBytes));
    }

    [Fact]
    public void Announce_NobodyWaitsOrWasInvited_NothingIsKept()
    {
        _hub.Announce("order", _run, Reply(5));

        Assert.Equal((0, 0L), (_hub.Count, _hub.HeldBytes));
    }

    [Fact]
    public async Task Wait_TimeRunsOut_IsEmptyAndLeavesNothing()
    {
        var wait = _hub.WaitAsync("order", _run, Long).AsTask();
        _time.Advance(Long - TimeSpan.FromMilliseconds(1));
        Assert.False(wait.IsCompleted);

        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Null(await wait);
        Assert.Equal(0, _hub.Count);
    }

    [Fact]
    public async Task Wait_LongerThanTheMaximum_IsCutToIt()
    {
        var wait = _hub.WaitAsync("order", _run, TimeSpan.FromHours(1)).AsTask();

        _time.Advance(ResultHub.MaximumWait);

        Assert.Null(await wait);
    }

    [Fact]
    public async Task Wait_CallerGivesUp_LeavesNothing()
    {
        using var patience = new CancellationTokenSource();
        var wait = _hub.WaitAsync("order", _run, Long, patience.Token).AsTask();

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        Assert.Equal(0, _hub.Count);
    }

    [Fact]
    public async Task Announce_TooMuchIsKept_LateCallersAreSentToTheWorkflow()
    {
        for (var i = 0; i < 70; i++)
        {
            var run = Guid.NewGuid();
            _hub.Invite("order", run);
            _hub.Announce("order", run, Reply(1 << 20));
        }

        Assert.True(_hub.HeldBytes <= ResultHub.MaximumHeldBytes);
        _hub.Invite("order", _run);
        _hub.Announce("order", _run, Reply(1 << 20));
        Assert.Null(await _hub.WaitAsync("order", _run, Long));
    }

    [Fact]
    public async Task Wait_ManyRunsAnnouncedMeanwhile_NoneIsMissed()
    {
        var runs = Enumerable.Range(0, 2_000).Select(static _ => Guid.NewGuid()).ToArray();
        foreach (var run in runs) _hub.Invite("order", run);

        var announcing = Task.Run(() =>
        {
            foreach (var run in runs) _hub.Announce("order", run, Reply(5));
        });
        var results = await Task.WhenAll(runs.Reverse().Select(run => _hub.WaitAsync("order", run, Long).AsTask()));
        await announcing;

        Assert.All(results, Assert.NotNull);
    }

    private ResultReply Reply(int bytes) =>
        new() { RunId = _run, Status = WorkflowStatus.Completed, Result = new Payload(new byte[bytes]) };
}
