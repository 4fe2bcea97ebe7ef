using Orchestration.Grains.Activities;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Activities;

public sealed class ActivityHostTests : IDisposable
{
    private readonly HostUnderTest _under = new();

    public void Dispose() => _under.Dispose();

    [Fact]
    public async Task Dispatch_HostedActivity_ReportsItsResult()
    {
        Assert.Equal(DispatchReply.Accepted, _under.Dispatch(1, "Jobs.Add", [2, 3]));

        var report = await _under.OutcomeAsync(1);

        Assert.Equal(ActivityReportKind.Completed, report.Kind);
        Assert.Equal("5", report.Result!.ToString());
        await Eventually.EventuallyAsync(() => _under.Host.Open == 0, "acknowledged attempts are forgotten");
    }

    [Fact]
    public async Task Dispatch_KnownAttempt_IsNotBegunAgain()
    {
        _under.Dispatch(1, "Jobs.Hold", ["a"]);
        await _under.BegunAsync("a");

        Assert.Equal(DispatchReply.Accepted, _under.Dispatch(1, "Jobs.Hold", ["a"]));
        _under.Site.Hold("a").SetResult("done");
        await _under.OutcomeAsync(1);

        Assert.Single(_under.Site.Begun);
        Assert.Single(_under.Runs.Calls);
    }

    [Theory]
    [InlineData(2, false)] // by a second activation of the run, which had seen that the retry was due, and nothing since
    [InlineData(1, true)] // by a message that came twice
    public async Task Dispatch_AgainOfAnAttemptThatIsOver_IsRefused(int attempt, bool isFromAfar)
    {
        _under.Dispatch(1, "Jobs.Hold", ["a"], attempt, fence: 7, isFromAfar: isFromAfar);
        await _under.BegunAsync("a");
        _under.Site.Hold("a").SetResult("done");
        await _under.OutcomeAsync(1, attempt);
        await Eventually.EventuallyAsync(() => _under.Host.Open == 0, "it is acknowledged");

        Assert.Equal(DispatchReply.Refused,
            _under.Dispatch(1, "Jobs.Hold", ["a"], attempt, fence: 7, isFromAfar: isFromAfar));

        Assert.Single(_under.Site.Begun);
    }

    [Fact]
    public async Task Dispatch_UnknownActivity_FailsRetryablyAndNamesWhatIsHosted()
    {
        _under.Dispatch(1, "Jobs.Nothing", []);

        var failure = (await _under.OutcomeAsync(1)).Failure!;

        Assert.Equal(ActivityFailures.UnknownActivityType, failure.Type);
        Assert.False(failure.NonRetryable);
        Assert.Contains("Jobs.Add", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Jobs.Add", "two", 3)]
    [InlineData("Jobs.Add", 1, null)]
    [InlineData("Jobs.Hold", 1, 2)]
    public async Task Dispatch_ArgumentsDoNotFit_FailsForGoodUncalled(string activity, object? first, object? second)
    {
        _under.Dispatch(1, activity, [first, second]);

        var failure = (await _under.OutcomeAsync(1)).Failure!;

        Assert.Equal(ActivityFailures.UnreadableArgumentsType, failure.Type);
        Assert.True(failure.NonRetryable);
        Assert.Empty(_under.Site.Begun);
    }

    [Fact]
    public async Task Result_OverThePayloadLimit_FailsForGood()
    {
        using var under = new HostUnderTest(payloadLimit: 1_000);
        under.Dispatch(1, "Jobs.Fill", [1_001]);

        var failure = (await under.OutcomeAsync(1)).Failure!;

        Assert.Equal(ActivityFailures.ResultTooLargeType, failure.Type);
        Assert.True(failure.NonRetryable);
    }

    [Fact]
    public async Task Exception_OfTheCode_IsReportedByTypeAndMessage()
    {
        _under.Dispatch(1, "Jobs.Fail", ["no stock"]);

        var report = await _under.OutcomeAsync(1);

        Assert.Equal(ActivityReportKind.Failed, report.Kind);
        Assert.Equal(typeof(InvalidOperationException).FullName, report.Failure!.Type);
        Assert.Equal("no stock", report.Failure.Message);
        Assert.False(report.Failure.NonRetryable);
    }

    [Fact]
    public async Task Cancellation_ThatNobodyAskedFor_IsAnOrdinaryFailure()
    {
        _under.Dispatch(1, "Jobs.TimeOutItself", []);

        var report = await _under.OutcomeAsync(1);

        Assert.Equal(ActivityReportKind.Failed, report.Kind);
        Assert.Equal(FailureKind.Application, report.Failure!.Kind);
    }

    [Fact]
    public async Task ReportStart_Wanted_StartIsReportedBeforeTheOutcome()
    {
        _under.Dispatch(1, "Jobs.Hold", ["a"], reportStart: true);
        await Eventually.EventuallyAsync(() =>
            _under.Runs.Acknowledged.Any(r => r.Kind == ActivityReportKind.Started), "start is reported");

        _under.Site.Hold("a").SetResult("x");

        Assert.Equal(ActivityReportKind.Completed, (await _under.OutcomeAsync(1)).Kind);
    }

    [Fact]
    public async Task Context_InAnAttempt_IsTheAttempts()
    {
        _under.Dispatch(7, "Jobs.Hold", ["a"], attempt: 1);
        await _under.BegunAsync("a");

        var context = _under.Site.Contexts["a"];

        Assert.Equal("11111111222233334444555555555555/7", context.IdempotencyKey);
        Assert.Equal(1, context.Attempt);
        Assert.Equal("Jobs.Hold", context.ActivityType);
        Assert.Equal(new WorkflowKey("order-1"), context.Workflow);
        Assert.Equal(new RunId(HostUnderTest.RunId), context.RunId);
    }

    [Fact]
    public async Task Slots_AllTaken_OthersWaitInOrder()
    {
        using var under = new HostUnderTest(slots: 1);
        foreach (var (command, key) in new[] { (1, "a"), (2, "b"), (3, "c") }) under.Dispatch(command, "Jobs.Hold", [key]);
        await under.BegunAsync("a");
        Assert.Equal(AttemptState.Waiting, under.Host.Inquire([HostUnderTest.Id(3)], 1)[0].State);

        foreach (var key in new[] { "a", "b", "c" })
        {
            await under.BegunAsync(key);
            under.Site.Hold(key).SetResult("x");
        }

        await under.OutcomeAsync(3);
        Assert.Equal(["a", "b", "c"], under.Site.Begun);
    }

    [Fact]
    public async Task Dispatch_TooManyWait_IsAnsweredBusyAndTakenLater()
    {
        using var under = new HostUnderTest(slots: 1, waiting: 1);
        under.Dispatch(1, "Jobs.Hold", ["a"]);
        under.Dispatch(2, "Jobs.Add", [1, 1]);

        Assert.Equal(DispatchReply.Busy, under.Dispatch(3, "Jobs.Add", [1, 2]));

        under.Site.Hold("a").SetResult("x");
        await under.OutcomeAsync(2);
        Assert.Equal(DispatchReply.Accepted, under.Dispatch(3, "Jobs.Add", [1, 2]));
        await under.OutcomeAsync(3);
    }

    [Fact]
    public async Task Inquire_NeverSeen_RefusesDispatchesUpToTheFenceOnly()
    {
        Assert.Equal(AttemptState.NeverSeen, _under.Host.Inquire([HostUnderTest.Id(1)], fence: 5)[0].State);

        Assert.Equal(DispatchReply.Refused, _under.Dispatch(1, "Jobs.Add", [1, 1], fence: 5));
        Assert.Equal(DispatchReply.Accepted, _under.Dispatch(1, "Jobs.Add", [1, 1], fence: 6));
        await _under.OutcomeAsync(1);
    }

    [Fact]
    public void Inquire_RefusalIsOld_IsForgotten()
    {
        _under.Host.Inquire([HostUnderTest.Id(1)], fence: 5);

        _under.Time.Advance(RefusedDispatches.Keep);

        Assert.Equal(DispatchReply.Accepted, _under.Dispatch(1, "Jobs.Add", [1, 1], fence: 5));
    }

    [Fact]
    public async Task Inquire_RunningThenFinished_TellsBoth()
    {
        _under.Runs.Script.Enqueue(static _ => throw new InvalidOperationException("the run is away"));
        _under.Dispatch(1, "Jobs.Hold", ["a"]);
        await _under.BegunAsync("a");
        Assert.Equal(AttemptState.Running, _under.Host.Inquire([HostUnderTest.Id(1)], 9)[0].State);

        _under.Site.Hold("a").SetResult("done");
        await Eventually.EventuallyAsync(
            () => _under.Host.Inquire([HostUnderTest.Id(1)], 9)[0].Report?.Result?.ToString() == "\"done\"",
                "finished, and kept until acknowledged");
    }

    [Fact]
    public async Task Cancel_Running_EndsAsCanceledWithTheReason()
    {
        _under.Dispatch(1, "Jobs.Hold", ["a"]);
        await _under.BegunAsync("a");

        _under.Host.Cancel([new AttemptCancellation(HostUnderTest.Id(1), ActivityCancellationReason.Requested)]);

        var report = await _under.OutcomeAsync(1);
        Assert.Equal(ActivityReportKind.Canceled, report.Kind);
        Assert.Equal(FailureKind.Canceled, report.Failure!.Kind);
        Assert.Equal(ActivityCancellationReason.Requested, _under.Site.Contexts["a"].CancellationReason);
    }

    [Fact]
    public async Task Cancel_Waiting_EndsAsCanceledWithoutRunning()
    {
        using var under = new HostUnderTest(slots: 1);
        under.Dispatch(1, "Jobs.Hold", ["a"]);
        under.Dispatch(2, "Jobs.Hold", ["b"]);

        under.Host.Cancel([new AttemptCancellation(HostUnderTest.Id(2), ActivityCancellationReason.Requested)]);

        Assert.Equal(ActivityReportKind.Canceled, (await under.OutcomeAsync(2)).Kind);
        under.Site.Hold("a").SetResult("x");
        await under.OutcomeAsync(1);
        Assert.DoesNotContain("b", under.Site.Begun);
    }

    [Fact]
    public async Task Cancel_NotWanted_NothingIsReported()
    {
        _under.Dispatch(1, "Jobs.Hold", ["a"]);
        await _under.BegunAsync("a");

        _under.Host.Cancel([new AttemptCancellation(HostUnderTest.Id(1), ActivityCancellationReason.NotWanted)]);

        await Eventually.EventuallyAsync(() => _under.Host.Open == 0, "the attempt is forgotten");
        Assert.Empty(_under.Runs.Calls);
    }
}
