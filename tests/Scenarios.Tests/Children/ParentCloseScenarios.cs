using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Children;

public sealed class ParentCloseScenarios
{
    /// <summary>How a parent's run ends.</summary>
    public enum End
    {
        Completes,
        Fails,
        ContinuesAsNew,
        IsTerminated,
        IsCanceled,
        TimesOut,
    }

    [Theory]
    [InlineData(End.Completes)]
    [InlineData(End.Fails)]
    [InlineData(End.ContinuesAsNew)]
    [InlineData(End.IsTerminated)]
    [InlineData(End.IsCanceled)]
    [InlineData(End.TimesOut)]
    public Task ParentClose_OnWhateverEnd_EachChildFollowsItsPolicy(End end) => Scenario.RunAsync(s =>
    {
        if (end == End.IsTerminated) s.OnDisk();
        var effects = new Effects(s);
        s.Host(o => o.AddWorkflow<Parent>().AddWorkflow<Kid>().AddActivities(effects));
        s.Script(async () =>
        {
            var parent = s.Env.Client.GetWorkflow<Parent>("p");
            var run = await parent.StartAsync(
                end, new StartOptions { RunTimeout = end == End.TimesOut ? TimeSpan.FromHours(1) : null });
            await s.UntilAsync(() => StartedAsync(s), "three children");
            if (end == End.IsTerminated) await parent.TerminateAsync("enough");
            if (end == End.IsCanceled) await parent.CancelAsync("enough");

            Assert.Equal(WorkflowStatus.Terminated, await StatusAsync(s, ParentClosePolicy.Terminate));
            Assert.Equal(WorkflowStatus.Canceled, await StatusAsync(s, ParentClosePolicy.RequestCancel));
            Assert.Equal(WorkflowStatus.Completed, await StatusAsync(s, ParentClosePolicy.Abandon));
            Assert.Equal(["cleaned RequestCancel", "done Abandon"], effects.Done);
            Assert.Equal(StatusOf(end), (await s.Env.Client.GetWorkflow("p", runId: run).DescribeAsync()).Status);
            if (end == End.ContinuesAsNew) Assert.Equal("went on", await parent.GetResultAsync());
        });
    });

    private static WorkflowStatus StatusOf(End end) => end switch
    {
        End.Completes => WorkflowStatus.Completed,
        End.Fails => WorkflowStatus.Failed,
        End.ContinuesAsNew => WorkflowStatus.ContinuedAsNew,
        End.IsTerminated => WorkflowStatus.Terminated,
        End.IsCanceled => WorkflowStatus.Canceled,
        _ => WorkflowStatus.TimedOut,
    };

    private static async Task<bool> StartedAsync(Scenario s) =>
        await s.Env.Client.ListAsync(new() { WorkflowType = "scenario-left-kid" }).CountAsync() == 3;

    private static async Task<WorkflowStatus> StatusAsync(Scenario s, ParentClosePolicy policy)
    {
        var kid = s.Env.Client.GetWorkflow<Kid>($"{policy}");
        try
        {
            await kid.GetResultAsync();
            return (await kid.DescribeAsync()).Status;
        }
        catch (WorkflowFailed e)
        {
            return e.Status;
        }
    }

    [Workflow("scenario-leaving-parent")]
    public sealed class Parent : Workflow<End, string>
    {
        public override async Task<string> RunAsync(End input)
        {
            if (Context.ContinuedFrom is not null) return "went on";
            foreach (var policy in Enum.GetValues<ParentClosePolicy>())
            {
                await Context.Child<Kid>($"{policy}", new()
                {
                    ParentClosePolicy = policy, CancellationType = ChildCancellationType.Abandon,
                }).StartAsync($"{policy}");
            }

            if (input is End.Fails) throw new ApplicationFailure("as told");
            if (input is End.ContinuesAsNew) throw Context.ContinueAsNew(input);
            if (input is not End.Completes) await Context.DelayAsync(TimeSpan.FromDays(30));
            return "left";
        }
    }

    [Workflow("scenario-left-kid")]
    public sealed class Kid : Workflow<string, string>
    {
        public override async Task<string> RunAsync(string input)
        {
            try
            {
                await Context.DelayAsync(TimeSpan.FromDays(1));
            }
            catch (Canceled)
            {
                await Context.DetachedAsync(() => Context.Effects().DoAsync($"cleaned {input}"));
                throw;
            }

            return await Context.Effects().DoAsync($"done {input}");
        }
    }
}
