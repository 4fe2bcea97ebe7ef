using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Cancellation;

public sealed class TerminationScenarios
{
    [Fact]
    public Task Terminate_AtOnce_NoCodeRunsAnyMore() => Run(static (s, effects) => s.Script(async () =>
    {
        var family = s.Env.Client.GetWorkflow<Family>("f");
        await family.StartAsync(0);
        await s.UntilAsync(() => Task.FromResult(effects.Done.Count == 1), "its first step");
        await family.TerminateAsync("enough");
        Assert.Equal(WorkflowStatus.Terminated, (await family.DescribeAsync()).Status);
        var ended = await Assert.ThrowsAsync<WorkflowFailed>(() => family.GetResultAsync());
        Assert.Contains("enough", ended.Message, StringComparison.Ordinal);
        await s.Env.AdvanceAsync(TimeSpan.FromDays(2));
        Assert.Equal(["0"], effects.Done); // no clean-up
    }));

    [Fact]
    public Task Terminate_RecursiveToChildren_EndsTheWholeFamily() => Run(static (s, effects) => s.OnDisk().Script(async () =>
    {
        var family = s.Env.Client.GetWorkflow<Family>("f");
        await family.StartAsync(3);
        await s.UntilAsync(() => Task.FromResult(effects.Done.Count == 4), "four generations");
        await family.TerminateAsync("enough");
        foreach (var id in new[] { "f", "f-2", "f-1", "f-0" })
        {
            var ended = await Assert.ThrowsAsync<WorkflowFailed>(() => s.Env.Client.GetWorkflow<Family>(id).GetResultAsync());
            Assert.Equal(WorkflowStatus.Terminated, ended.Status);
        }

        await s.Env.AdvanceAsync(TimeSpan.FromDays(2));
        Assert.Equal(["3", "2", "1", "0"], effects.Done);
    }));

    [Fact]
    public Task Terminate_WhileAnActivityRuns_TheAttemptIsTold() => Run(static (s, effects) => s.Script(async () =>
    {
        var busy = s.Env.Client.GetWorkflow<Busy>("b");
        await busy.StartAsync("work");
        await s.UntilAsync(() => Task.FromResult(effects.Begun.Count > 0), "the attempt");
        await busy.TerminateAsync("enough");
        Assert.Equal(
            WorkflowStatus.Terminated, (await Assert.ThrowsAsync<WorkflowFailed>(() => busy.GetResultAsync())).Status);
        await s.Env.AdvanceAsync(TimeSpan.FromDays(2));
        if (!s.Crashes) Assert.Empty(effects.Done); // nobody tells an attempt whose silo is dead
    }));

    [Fact]
    public Task Terminate_OfAStalledRun_EndsIt() => Run(static (s, effects) => s.Script(async () =>
    {
        var buggy = s.Env.Client.GetWorkflow<Buggy>("b");
        await buggy.StartAsync("");
        Assert.Equal(WorkflowStatus.Stalled, (await buggy.DescribeAsync()).Status);
        await buggy.TerminateAsync("no use");
        Assert.Equal(
            WorkflowStatus.Terminated, (await Assert.ThrowsAsync<WorkflowFailed>(() => buggy.GetResultAsync())).Status);
    }), "its code throws what stalls it");

    private static Task Run(Action<Scenario, Effects> define, string? notReplayed = null) => Scenario.RunAsync(s =>
    {
        var effects = new Effects(s);
        s.NotReplayed = notReplayed;
        s.Host(o => o.AddWorkflow<Family>().AddWorkflow<Busy>().AddWorkflow<Buggy>().AddActivities(effects));
        define(s, effects);
    });

    /// <summary>Has so many generations below it.</summary>
    [Workflow("scenario-family")]
    public sealed class Family : Workflow<int, string>
    {
        public override async Task<string> RunAsync(int input)
        {
            await Context.Effects().DoAsync($"{input}");
            try
            {
                if (input > 0) return await Context.Child<Family>($"f-{input - 1}").ExecuteAsync(input - 1);
                await Context.DelayAsync(TimeSpan.FromDays(1));
                return "woke";
            }
            finally
            {
                await Context.DetachedAsync(() => Context.Effects().DoAsync($"{input} cleaned"));
            }
        }
    }

    [Workflow("scenario-busy")]
    public sealed class Busy : Workflow<string, string>
    {
        public override Task<string> RunAsync(string input) =>
            Context.Effects().TakeAsync(input, TimeSpan.FromDays(1), default);
    }

    [Workflow("scenario-buggy")]
    public sealed class Buggy : Workflow<string, string>
    {
        public override Task<string> RunAsync(string input) => throw new InvalidOperationException("a bug");
    }
}
