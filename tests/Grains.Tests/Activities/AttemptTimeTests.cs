using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Activities;

public sealed class AttemptTimeTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly HostUnderTest _under = new(slots: 1);

    public void Dispose() => _under.Dispose();

    [Fact]
    public async Task StartToClose_Passes_IsReportedAndTheCodeIsTold()
    {
        _under.Dispatch(1, "Jobs.Hold", ["a"], startToClose: 5 * Second);
        await _under.BegunAsync("a");

        _under.Time.Advance(4.9 * Second);
        Assert.Empty(_under.Runs.Calls);
        _under.Time.Advance(0.2 * Second);

        var failure = (await _under.OutcomeAsync(1)).Failure!;
        Assert.Equal((FailureKind.Timeout, TimeoutKind.StartToClose), (failure.Kind, failure.Timeout));
        Assert.Equal(ActivityCancellationReason.TimedOut, _under.Site.Contexts["a"].CancellationReason);
    }

    [Fact]
    public async Task StartToClose_CodeIgnoresIt_KeepsItsSlotAndItsLateEndIsPassedOver()
    {
        _under.Dispatch(1, "Jobs.Ignore", ["a"], startToClose: Second);
        _under.Dispatch(2, "Jobs.Hold", ["b"], startToClose: Second);
        await _under.BegunAsync("a");
        _under.Time.Advance(1.1 * Second);
        await _under.OutcomeAsync(1);
        Assert.DoesNotContain("b", _under.Site.Begun);

        _under.Site.Hold("a").SetResult("late");
        await _under.BegunAsync("b");
        _under.Time.Advance(1.1 * Second);

        Assert.Equal(TimeoutKind.StartToClose, (await _under.OutcomeAsync(2)).Failure!.Timeout);
        Assert.Single(_under.Runs.Outcomes, r => r.Id.Command == 1);
    }

    [Fact]
    public async Task StartToClose_OfAWaitingAttempt_CountsFromItsStart()
    {
        _under.Dispatch(1, "Jobs.Hold", ["a"]);
        _under.Dispatch(2, "Jobs.Hold", ["b"], startToClose: Second);
        await _under.BegunAsync("a");
        _under.Time.Advance(60 * Second);

        _under.Site.Hold("a").SetResult("x");
        await _under.BegunAsync("b");
        _under.Site.Hold("b").SetResult("y");

        Assert.Equal(ActivityReportKind.Completed, (await _under.OutcomeAsync(2)).Kind);
    }

    [Fact]
    public async Task HeartbeatTimeout_BeatsKeepItAway_SilenceDoesNot()
    {
        _under.Dispatch(1, "Jobs.Hold", ["a"], heartbeat: 2 * Second);
        await _under.BegunAsync("a");
        for (var i = 0; i < 5; i++)
        {
            _under.Time.Advance(1.5 * Second);
            _under.Site.Contexts["a"].Heartbeat();
        }

        Assert.Empty(_under.Runs.Calls);
        _under.Time.Advance(2.1 * Second);

        Assert.Equal(TimeoutKind.Heartbeat, (await _under.OutcomeAsync(1)).Failure!.Timeout);
        Assert.Equal(ActivityCancellationReason.HeartbeatTimedOut, _under.Site.Contexts["a"].CancellationReason);
    }

    [Fact]
    public async Task HeartbeatDetails_Many_AreSavedAtOnceThenThrottledLastOneWins()
    {
        await _under.StoreRunAsync();
        _under.Dispatch(1, "Jobs.Hold", ["a"], heartbeat: 10 * Second);
        await _under.BegunAsync("a");
        var context = _under.Site.Contexts["a"];

        context.Heartbeat(1);
        await Eventually.EventuallyAsync(() => _under.SavedAsync(1), static saved => saved == 1, "the first details");
        for (var i = 2; i <= 50; i++) context.Heartbeat(i);
        Assert.Equal(1, await _under.SavedAsync(1));

        // 0.8 of 10 s are promised; half of that is waited for, the rest is the store's.
        var due = _under.Time.GetUtcNow() + (4 * Second);
        await Eventually.EventuallyAsync(() => _under.Time.NextDue <= due, "the first save has ended, the next one is to come");
        _under.Time.Advance(4.1 * Second);

        await Eventually.EventuallyAsync(() => _under.SavedAsync(1), static saved => saved == 50, "the last details");
    }

    [Fact]
    public async Task HeartbeatDetails_AttemptTimesOut_AreSavedBeforeTheReportAndReadByTheNext()
    {
        await _under.StoreRunAsync();
        _under.Dispatch(1, "Jobs.Resume", ["a"], heartbeat: 10 * Second);
        await _under.BegunAsync("a");
        _under.Site.Contexts["a"].Heartbeat(1);
        await Eventually.EventuallyAsync(() => _under.SavedAsync(1), static saved => saved == 1, "the first details");
        int? savedAtReport = null;
        _under.Runs.Script.Enqueue(async reports =>
        {
            savedAtReport = await _under.SavedAsync(1);
            return Array.ConvertAll(reports, static _ => ReportReply.Acknowledged);
        });

        _under.Site.Contexts["a"].Heartbeat(42);
        _under.Host.Cancel([new AttemptCancellation(HostUnderTest.Id(1), ActivityCancellationReason.Requested)]);
        await _under.OutcomeAsync(1);
        Assert.Equal(42, savedAtReport);

        _under.Dispatch(1, "Jobs.Resume", ["a"], attempt: 2);
        Assert.Equal("\"from 42\"", (await _under.OutcomeAsync(1, 2)).Result!.ToString());
    }

    [Fact]
    public async Task Heartbeat_DetailsOverTheLimit_AreRefusedToTheCode()
    {
        using var under = new HostUnderTest(payloadLimit: 100);
        under.Dispatch(1, "Jobs.Hold", ["a"]);
        await under.BegunAsync("a");

        Assert.Throws<PayloadTooLarge>(() => under.Site.Contexts["a"].Heartbeat(new string('x', 200)));
    }
}
