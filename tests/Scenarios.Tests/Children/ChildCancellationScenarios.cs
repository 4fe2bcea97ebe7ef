using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Children;

public sealed class ChildCancellationScenarios
{
    private static readonly TimeSpan CleanUp = TimeSpan.FromHours(1);

    [Fact]
    public Task Child_CancelWait_EndsWithTheChildsOwnEnd() => Run(static (s, effects) => s.Script(async () =>
    {
        var seen = await ExecuteAsync(s, new(ChildCancellationType.WaitCancellationCompleted));
        Assert.Equal("canceled", seen.Outcome);
        Assert.InRange(seen.Waited, CleanUp, CleanUp + TimeSpan.FromMinutes(1));
        Assert.Equal(WorkflowStatus.Canceled, await StatusAsync(s));
        Assert.Equal(["cleaned"], effects.Done);
    }));

    [Fact]
    public Task Child_CancelWaitOfOneThatGoesOnRegardless_EndsWithItsResult() => Run(static (s, _) => s.Script(async () =>
    {
        var seen = await ExecuteAsync(s, new(ChildCancellationType.WaitCancellationCompleted, IsStubborn: true));
        Assert.Equal("done", seen.Outcome);
        Assert.Equal(WorkflowStatus.Completed, await StatusAsync(s));
    }));

    [Fact]
    public Task Child_CancelTry_EndsTheWaitAtOnceAndTheChildCleansUp() => Run(static (s, effects) => s.Script(async () =>
    {
        var seen = await ExecuteAsync(s, new(ChildCancellationType.TryCancel));
        Assert.Equal(("canceled", TimeSpan.Zero), (seen.Outcome, seen.Waited));
        Assert.Equal(WorkflowStatus.Canceled, await StatusAsync(s));
        Assert.Equal(["cleaned"], effects.Done);
    }));

    [Fact]
    public Task Child_CancelAbandon_EndsTheWaitAtOnceAndTheChildGoesOn() => Run(static (s, effects) => s.Script(async () =>
    {
        var seen = await ExecuteAsync(s, new(ChildCancellationType.Abandon));
        Assert.Equal(("canceled", TimeSpan.Zero), (seen.Outcome, seen.Waited));
        Assert.Equal(WorkflowStatus.Completed, await StatusAsync(s));
        Assert.Empty(effects.Done);
    }));

    [Fact]
    public Task Child_CancelledBeforeItsStart_IsNeverThere() => Run(static (s, _) => s.Script(async () =>
    {
        Assert.Equal("canceled", await s.Env.Client.GetWorkflow<StartsTooLate>("p").ExecuteAsync(""));
        await Assert.ThrowsAsync<WorkflowNotFound>(() => s.Env.Client.GetWorkflow("kid").DescribeAsync());
    }));

    [Fact]
    public Task Child_CancelOfItsParentFromOutside_ReachesIt() => Run(static (s, effects) => s.Script(async () =>
    {
        var parent = s.Env.Client.GetWorkflow<Canceller>("p");
        await parent.StartAsync(new(ChildCancellationType.WaitCancellationCompleted, CancelsItself: false));
        await s.UntilAsync(async () => (await parent.DescribeAsync()).Children is [{ IsStarted: true }], "the child");
        await parent.CancelAsync("enough");
        Assert.Equal("canceled", (await parent.GetResultAsync()).Outcome);
        Assert.Equal(WorkflowStatus.Canceled, await StatusAsync(s));
        Assert.Equal(["cleaned"], effects.Done);
    }));

    [Fact]
    public Task Child_CancelByItsHandle_IsDurableThereWhenTheCallEnds() => Run(static (s, effects) => s.Script(async () =>
    {
        Assert.Equal("canceled", await s.Env.Client.GetWorkflow<CancelsByHandle>("p").ExecuteAsync(""));
        Assert.Equal(WorkflowStatus.Canceled, await StatusAsync(s));
        Assert.Equal(["cleaned"], effects.Done);
    }));

    private static Task Run(Action<Scenario, Effects> define) => Scenario.RunAsync(s =>
    {
        var effects = new Effects(s);
        s.Host(o => o.AddWorkflow<Canceller>().AddWorkflow<StartsTooLate>().AddWorkflow<CancelsByHandle>().AddWorkflow<Kid>()
            .AddActivities(effects));
        define(s, effects);
    });

    private static Task<Seen> ExecuteAsync(Scenario s, Cancelling input) =>
        s.Env.Client.GetWorkflow<Canceller>("p").ExecuteAsync(input);

    /// <summary>How the child ended; it is let come to its end.</summary>
    private static async Task<WorkflowStatus> StatusAsync(Scenario s)
    {
        var kid = s.Env.Client.GetWorkflow<Kid>("kid");
        try
        {
            await kid.GetResultAsync();
        }
        catch (WorkflowFailed e)
        {
            return e.Status;
        }

        return (await kid.DescribeAsync()).Status;
    }

    public sealed record Cancelling(ChildCancellationType Type, bool IsStubborn = false, bool CancelsItself = true);

    public sealed record Seen(string Outcome, TimeSpan Waited);

    [Workflow("scenario-canceller")]
    public sealed class Canceller : Workflow<Cancelling, Seen>
    {
        public override async Task<Seen> RunAsync(Cancelling input)
        {
            using var scope = Context.CreateScope();
            var child = Context.Child<Kid>("kid", new()
            {
                CancellationType = input.Type, ParentClosePolicy = ParentClosePolicy.Abandon, CancellationToken = scope.Token,
            });
            await child.StartAsync(input.IsStubborn);
            if (input.CancelsItself)
            {
                await Context.DelayAsync(TimeSpan.FromMinutes(1));
                scope.Cancel();
            }

            var canceled = Context.UtcNow;
            try
            {
                return new Seen(await child.GetResultAsync(), Context.UtcNow - canceled);
            }
            catch (Canceled)
            {
                return new Seen("canceled", Context.UtcNow - canceled);
            }
        }
    }

    [Workflow("scenario-starts-too-late")]
    public sealed class StartsTooLate : Workflow<string, string>
    {
        public override async Task<string> RunAsync(string input)
        {
            using var scope = Context.CreateScope();
            scope.Cancel();
            try
            {
                return await Context.Child<Kid>("kid", new() { CancellationToken = scope.Token }).ExecuteAsync(false);
            }
            catch (Canceled)
            {
                return "canceled";
            }
        }
    }

    [Workflow("scenario-cancels-by-handle")]
    public sealed class CancelsByHandle : Workflow<string, string>
    {
        public override async Task<string> RunAsync(string input)
        {
            var child = Context.Child<Kid>("kid");
            await child.StartAsync(false);
            await child.CancelAsync("enough");
            await child.CancelAsync("and again"); // of no effect
            try
            {
                return await child.GetResultAsync();
            }
            catch (Canceled)
            {
                await child.CancelAsync("after its end"); // of no effect either
                return "canceled";
            }
        }
    }

    /// <summary>Cleans up for an hour when it is cancelled; its input says that it goes on regardless.</summary>
    [Workflow("scenario-cancelled-kid")]
    public sealed class Kid : Workflow<bool, string>
    {
        public override async Task<string> RunAsync(bool input)
        {
            try
            {
                await Context.DelayAsync(TimeSpan.FromDays(1));
            }
            catch (Canceled) when (input)
            {
                return "done";
            }
            catch (Canceled)
            {
                await Context.DetachedAsync(async () =>
                {
                    await Context.DelayAsync(CleanUp);
                    await Context.Effects().DoAsync("cleaned");
                });
                throw;
            }

            return "undisturbed";
        }
    }
}
