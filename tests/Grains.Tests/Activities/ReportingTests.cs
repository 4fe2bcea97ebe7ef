using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Tests.Support;

namespace Orchestration.Grains.Tests.Activities;

public sealed class ReportingTests : IDisposable
{
    private readonly HostUnderTest _under = new(slots: 200);

    public void Dispose() => _under.Dispose();

    [Fact]
    public async Task Report_CallFails_IsRepeatedUntilAcknowledged()
    {
        for (var i = 0; i < 3; i++) _under.Runs.Script.Enqueue(static _ => throw new TimeoutException("no answer"));

        _under.Dispatch(1, "Jobs.Add", [1, 1]);
        await Eventually.EventuallyAsync(
            () =>
            {
                _under.Time.Advance(TimeSpan.FromSeconds(1));
                return _under.Runs.Outcomes.Count == 1;
            },
            "the outcome is acknowledged in the end");

        Assert.Equal(4, _under.Runs.Calls.Count);
        Assert.Single(_under.Site.Begun);
    }

    [Fact]
    public async Task Report_TryAgain_OnlyThatOneIsRepeated()
    {
        _under.Runs.Script.Enqueue(static reports =>
            Task.FromResult(Array.ConvertAll(reports, static _ => ReportReply.TryAgain)));

        _under.Dispatch(1, "Jobs.Add", [1, 1]);
        await Eventually.EventuallyAsync(() => _under.Runs.Calls.Count == 1, "the first call");
        _under.Dispatch(2, "Jobs.Add", [1, 2]);
        await Eventually.EventuallyAsync(
            () =>
            {
                _under.Time.Advance(TimeSpan.FromSeconds(1));
                return _under.Runs.Outcomes.Count == 2;
            },
            "both are acknowledged");

        Assert.All(_under.Runs.Outcomes, static r => Assert.Equal(ActivityReportKind.Completed, r.Kind));
    }

    [Fact]
    public async Task Reports_OfAFanIn_GatherWhileACallIsUnderWay()
    {
        var first = new TaskCompletionSource();
        _under.Runs.Script.Enqueue(async reports =>
        {
            await first.Task;
            return Array.ConvertAll(reports, static _ => ReportReply.Acknowledged);
        });

        for (var command = 1; command <= 100; command++) _under.Dispatch(command, "Jobs.Add", [command, 1]);
        await Eventually.EventuallyAsync(() => _under.Site.Begun.Count == 100, "all have run");
        await Eventually.EventuallyAsync(
            () => _under.Host.Inquire([.. Enumerable.Range(1, 100).Select(static c =>
                HostUnderTest.Id(c))], 1).All(static r => r.State == AttemptState.Finished),
            "all have ended");
        await Eventually.EventuallyAsync(() => _under.Host.Room == _under.Host.Capacity, "and have handed in their reports");
        first.SetResult();
        await Eventually.EventuallyAsync(() => _under.Runs.Outcomes.Count == 100, "all are acknowledged");

        // The first goes as soon as there is one, with those that ended in the same instant; the rest goes together.
        Assert.Equal(2, _under.Runs.Calls.Count);
    }

    [Fact]
    public async Task Stop_RunningAndWaiting_AreInterruptedAndGivenBackAndNothingIsTaken()
    {
        using var under = new HostUnderTest(slots: 1);
        under.Dispatch(1, "Jobs.Hold", ["a"]);
        under.Dispatch(2, "Jobs.Hold", ["b"]);
        await under.BegunAsync("a");

        await under.Host.StopAsync(CancellationToken.None);

        Assert.Equal(ActivityReportKind.Interrupted, (await under.OutcomeAsync(1)).Kind);
        Assert.Equal(ActivityReportKind.NeverRan, (await under.OutcomeAsync(2)).Kind);
        Assert.Equal(DispatchReply.Refused, under.Dispatch(3, "Jobs.Add", [1, 1]));
        Assert.False(under.Host.TakesAttempts);
    }

    [Fact]
    public async Task Stop_CodeIgnoresIt_IsInterruptedAfterTheGrace()
    {
        _under.Dispatch(1, "Jobs.Ignore", ["a"]);
        await _under.BegunAsync("a");

        var stopping = _under.Host.StopAsync(CancellationToken.None);
        await Eventually.EventuallyAsync(() => _under.Time.NextDue is not null, "the grace runs");
        Assert.Empty(_under.Runs.Calls);
        _under.Time.Advance(TimeSpan.FromSeconds(10));
        await stopping;

        Assert.Equal(ActivityReportKind.Interrupted, (await _under.OutcomeAsync(1)).Kind);
    }

    [Fact]
    public async Task Stop_HeartbeatsUnsaved_AreSavedBeforeTheReport()
    {
        await _under.StoreRunAsync();
        _under.Dispatch(1, "Jobs.Resume", ["a"]);
        await _under.BegunAsync("a");
        _under.Site.Contexts["a"].Heartbeat(1);
        await Eventually.EventuallyAsync(() => _under.SavedAsync(1), static saved => saved == 1, "the first details");
        _under.Site.Contexts["a"].Heartbeat(2);

        await _under.Host.StopAsync(CancellationToken.None);

        Assert.Equal(ActivityReportKind.Interrupted, (await _under.OutcomeAsync(1)).Kind);
        Assert.Equal(2, await _under.SavedAsync(1));
    }
}
