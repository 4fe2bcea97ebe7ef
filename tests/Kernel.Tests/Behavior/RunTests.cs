using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Behavior;

/// <summary>Does what its input says.</summary>
[Workflow("acts")]
public sealed class ActsWorkflow : Workflow<string, string>
{
    public static List<string> Ran { get; } = [];

    private bool _open;

    public override async Task<string> RunAsync(string input)
    {
        switch (input)
        {
            case "fail":
                throw new ApplicationFailure("no", "Refused", details: new { Code = 7 }, inner: new InvalidOperationException(
                    "deep"));
            case "cancel-unasked":
                using (var source = new CancellationTokenSource())
                {
                    source.Cancel();
                    await Context.DelayAsync(TimeSpan.FromSeconds(1), source.Token);
                }

                break;
            case "wait":
                await Context.DelayAsync(TimeSpan.FromDays(1));
                break;
            case "token":
                await Task.WhenAny(Context.WhenAsync(() => _open), Context.DelayAsync(TimeSpan.FromDays(1)));
                Context.CancellationToken.ThrowIfCancellationRequested();
                break;
            case "register":
                return await RegisterAsync();
            case "shield":
                try
                {
                    await Context.DelayAsync(TimeSpan.FromDays(1));
                }
                catch (Canceled)
                {
                    await Context.DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
                }

                return "cleaned up";
            case "condition":
                return await ConditionAsync();
            case "bad-condition":
                await Context.WhenAsync(() => Context.DelayAsync(TimeSpan.Zero).IsCompleted);
                break;
            case "facts":
                await Context.DelayAsync(TimeSpan.FromSeconds(1));
                return $"{Context.Random.Next()} {Context.Random.NextDouble()} {Context.NewGuid()} {Context.UtcNow:O} "
                    + $"{Context.WorkflowId} {Context.RunId} "
                    + $"{Context.WorkflowType} {Context.HistoryLength}";
            case "large":
                return await LargeAsync();
            case "large-result":
                return new string('x', 3_000_000);
            case "evict":
                try
                {
                    await Context.DelayAsync(TimeSpan.FromDays(1));
                }
                finally
                {
                    Note("finally");
                }

                break;
            case "forget":
                _ = Context.ExecuteActivityAsync("forgotten", [], new() { StartToCloseTimeout = TimeSpan.FromSeconds(1) });
                return "done";
        }

        return input;
    }

    [AllowNondeterminism("Tells the test what ran.")]
    private static void Note(string what)
    {
        lock (Ran) Ran.Add(what);
    }

    private async Task<string> RegisterAsync()
    {
        var seen = new List<string>();
        using var one = Context.CancellationToken.Register(() =>
        {
            seen.Add($"callback {Context.UtcNow:ss}");
            _ = Context.ExecuteActivityAsync("from-callback", [], new()
            {
                StartToCloseTimeout = TimeSpan.FromSeconds(1),
                CancellationToken = default(CancellationToken)
            });
        });
        try
        {
            await Context.WhenAsync(() => false);
        }
        catch (Canceled e)
        {
            seen.Add(e.Message);
        }

        return string.Join("|", seen);
    }

    private async Task<string> ConditionAsync()
    {
        var order = new List<int>();
        var waits = Enumerable.Range(0, 5).Select(async i =>
        {
            await Context.WhenAsync(() => _open && order.Count == 4 - i);
            order.Add(i);
        }).ToList();
        await Context.DelayAsync(TimeSpan.FromSeconds(1));
        _open = true;
        await Task.WhenAll(waits);
        return string.Join(",", order);
    }

    private async Task<string> LargeAsync()
    {
        ActivityOptions options = new() { StartToCloseTimeout = TimeSpan.FromSeconds(1) };
        var seen = new List<string>();
        seen.Add(await CaughtAsync(() => Context.ExecuteActivityAsync("large", [new string('x', 3_000_000)], options)));
        seen.Add(await CaughtAsync(() => Context.ExecuteActivityAsync("", [], options)));
        seen.Add(await CaughtAsync(() => Context.ExecuteActivityAsync("unlimited", [], new())));
        seen.Add(await CaughtAsync(() =>
            Context.ExecuteActivityAsync("negative", [], new() { StartToCloseTimeout = TimeSpan.FromSeconds(-1) })));
        seen.Add(await CaughtAsync(() => Context.ExecuteActivityAsync("type", [new Action(static () => { })], options)));
        seen.Add(await Context.ExecuteActivityAsync<string>("small", ["x"], options));
        return string.Join(",", seen);
    }

    private static async Task<string> CaughtAsync(Func<Task> call)
    {
        try
        {
            await call();
            return "nothing";
        }
        catch (ApiFailure e)
        {
            return e.GetType().Name;
        }
    }
}

public class RunTests
{
    [Fact]
    public void Failure_Escaping_FailsTheRunAsData()
    {
        var run = Harness.Of<ActsWorkflow>("fail");
        var failure = run.Failure();
        Assert.Equal((FailureKind.Application, "no", "Refused"), (failure.Kind, failure.Message, failure.Type));
        Assert.Equal("{\"code\":7}", failure.Details?.ToString());
        Assert.Equal(typeof(InvalidOperationException).FullName, failure.Cause?.Type);
        Assert.Contains("RunAsync", failure.StackTrace, StringComparison.Ordinal);
        Assert.Equal(WorkflowStatus.Failed, run.Reload().Status);
    }

    [Fact]
    public void Canceled_EscapingUnasked_FailsTheRun() =>
        Assert.Equal(FailureKind.Canceled, Assert.IsType<RunFailed>(Harness.Of<ActsWorkflow>(
            "cancel-unasked").Run.ClosingEvent).Failure.Kind);

    [Theory]
    [InlineData("wait")]
    [InlineData("token")]
    public void Cancel_Escaping_EndsAsCanceled(string act)
    {
        var run = Harness.Of<ActsWorkflow>(act);
        run.Reload();
        run.Advance(new RequestCancel("enough", null));
        Assert.Equal(WorkflowStatus.Canceled, run.Run.Status);
        Assert.Equal(FailureKind.Canceled, run.Failure().Kind);
        Assert.Equal(WorkflowStatus.Canceled, run.Reload().Status);
    }

    [Fact]
    public void Cancel_RegisteredCallbacks_RunOnTheRunWithinTheTurn()
    {
        var run = Harness.Of<ActsWorkflow>("register");
        run.Now += TimeSpan.FromSeconds(5);
        run.Advance(new RequestCancel("enough", null));
        Assert.Null(run.Run.Stall);
        Assert.Equal("callback 05|The run's cancellation was requested: enough", run.Result<string>());
        Assert.Equal("from-callback", Assert.Single(run.History.OfType<ActivityScheduled>()).ActivityType);
        Assert.Equal(WorkflowStatus.Completed, run.Reload().Status);
    }

    [Fact]
    public void Cancel_CodeCleansUp_CompletesInstead()
    {
        var run = Harness.Of<ActsWorkflow>("shield");
        run.Advance(new RequestCancel(null, null));
        run.Reload();
        run.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal("cleaned up", run.Result<string>());
    }

    [Fact]
    public void Conditions_ThatDependOnEachOther_AreReleasedOneAtATime()
    {
        var run = Harness.Of<ActsWorkflow>("condition");
        run.Reload();
        run.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal("4,3,2,1,0", run.Result<string>());
    }

    [Fact]
    public void Condition_ThatCommands_IsAnError()
    {
        var run = Harness.Of<ActsWorkflow>("bad-condition");
        Assert.Contains("A condition may only read", run.Run.Stall?.Message, StringComparison.Ordinal);
        Assert.Single(run.History);
    }

    [Fact]
    public void Facts_OfTheContext_AreTheSameOnEveryReplayAndVersion()
    {
        var run = Harness.Of<ActsWorkflow>("facts");
        run.Reload();
        run.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(
            "837153009 0.01678829452815611 127ee65d-19a0-4c88-9843-c0ea53516c9d "
            + "2030-01-01T00:00:01.0000000+00:00 order-42 0000002a000000000000000000000000 acts 3",
            run.Result<string>());
    }

    [Fact]
    public void Calls_ThatCannotBe_ThrowTypedErrorsAndTheRunGoesOn()
    {
        var run = Harness.Of<ActsWorkflow>("large");
        Assert.Equal("small", Assert.Single(run.History.OfType<ActivityScheduled>()).ActivityType);
        run.Reload();
        run.Complete(1, "ok");
        Assert.Equal("PayloadTooLarge,InvalidIdentifier,InvalidRequest,InvalidRequest,PayloadConversionFailed,ok",
            run.Result<string>());
    }

    [Fact]
    public void Result_TooLarge_Stalls()
    {
        var run = Harness.Of<ActsWorkflow>("large-result");
        Assert.Equal(WorkflowStatus.Stalled, run.Run.Status);
        Assert.Contains("result of workflow 'acts'", run.Run.Stall?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Evicted_Run_RunsNoFinally()
    {
        ActsWorkflow.Ran.Clear();
        var run = Harness.Of<ActsWorkflow>("evict");
        run.Advance(new Terminate(null, null));
        var abandoned = Abandon();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(abandoned.TryGetTarget(out _));
        lock (ActsWorkflow.Ran) Assert.Empty(ActsWorkflow.Ran);

        static WeakReference<WorkflowRun> Abandon() => new(Harness.Of<ActsWorkflow>("evict").Run);
    }

    [Fact]
    public void Activity_NotAwaitedAtTheEnd_IsNotHandedOut()
    {
        var run = Harness.Of<ActsWorkflow>("forget");
        Assert.Equal("done", run.Result<string>());
        Assert.Equal([Orchestration.Grains.Kernel.Effects.AnnounceClosed.Instance], run.Effects);
        Assert.Equal(WorkflowStatus.Completed, run.Reload().Status);
    }

    [Fact]
    public void Describe_OpenRun_ShowsWhatIsPending()
    {
        var run = Harness.Of<ActsWorkflow>("wait");
        var shown = run.Run.Describe();
        Assert.Equal((Harness.Key, Harness.RunId, "acts", WorkflowStatus.Running, 2L), (shown.Key, shown.RunId,
            shown.WorkflowType, shown.Status, shown.HistoryLength));
        Assert.Equal(new PendingTimer(1, run.Now.AddDays(1)), Assert.Single(shown.Timers));
        Assert.Null(shown.ClosedAt);
    }
}
