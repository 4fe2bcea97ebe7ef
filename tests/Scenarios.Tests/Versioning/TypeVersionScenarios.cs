using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Versioning;

public sealed class TypeVersionScenarios
{
    [Fact]
    public Task TypeVersion_RunsKeepToTheirsWhileNewOnesTakeTheNewest() => Run(static (s, effects) =>
        s.OnDisk().Script(async () =>
    {
        var old = await SleepingAsync(s, new(0));
        await s.Env.DeployAsync(o => o.AddWorkflow<One>().AddWorkflow<Two>().AddActivities(effects));
        var recent = s.Env.Client.GetWorkflow<Two>("recent");
        Assert.Equal("2", await recent.ExecuteAsync(new(0)));
        Assert.Equal("1", await old.GetResultAsync());
        Assert.Equal((1, 2), ((await old.DescribeAsync()).Version, (await recent.DescribeAsync()).Version));
        Assert.Equal(["by 1", "by 2"], effects.Done.Order());
    }));

    [Fact]
    public Task TypeVersion_Unpinned_GoesOnAsNewWithTheNewest() => Run(static (s, effects) => s.Script(async () =>
    {
        var old = await SleepingAsync(s, new(1));
        await s.Env.DeployAsync(o => o.AddWorkflow<One>().AddWorkflow<Two>().AddActivities(effects));
        Assert.Equal("2", await old.GetResultAsync());
        Assert.Equal(["by 1", "by 2"], effects.Done);
    }));

    [Fact]
    public Task TypeVersion_Pinned_IsKeptThroughContinuations() => Run(static (s, effects) => s.Script(async () =>
    {
        await s.Env.DeployAsync(o => o.AddWorkflow<One>().AddWorkflow<Two>().AddActivities(effects));
        var pinned = s.Env.Client.GetWorkflow<One>("pinned");
        Assert.Equal("1", await pinned.ExecuteAsync(new(2), new StartOptions { Version = 1 }));
        Assert.Equal(["by 1", "by 1", "by 1"], effects.Done);
        Assert.Equal("2", await s.Env.Client.GetWorkflow<One>("free").ExecuteAsync(new(0)));
    }));

    [Fact]
    public Task TypeVersion_Unknown_StallsAndRecoversOnceItIsDeployed() => Run(static (s, effects) => s.Script(async () =>
    {
        var old = await SleepingAsync(s, new(0));
        await s.Env.DeployAsync(o => o.AddWorkflow<Two>().AddActivities(effects));
        await s.Env.AdvanceAsync(TimeSpan.FromDays(2)); // what it waits for is due
        await s.UntilAsync(async () => (await old.DescribeAsync()).Status == WorkflowStatus.Stalled, "the stall");
        var stall = (await old.DescribeAsync()).Stall!;
        Assert.Equal(FaultCodes.UnknownWorkflowType, stall.Code);
        Assert.Equal("workflow 'scenario-versioned' version 1", stall.Expected);
        Assert.Equal("workflow 'scenario-versioned' version 2", stall.Actual);
        Assert.Empty(effects.Done);

        await s.Env.DeployAsync(o => o.AddWorkflow<One>().AddWorkflow<Two>().AddActivities(effects));
        Assert.Equal("1", await old.GetResultAsync());
        Assert.Equal(["by 1"], effects.Done);
    }));

    [Fact]
    public Task TypeVersion_ActivityNotDeployed_IsRetriedUntilItIs() => Run(static (s, effects) => s.Script(async () =>
    {
        var old = await SleepingAsync(s, new(0));
        await s.Env.DeployAsync(static o => o.AddWorkflow<One>());
        await s.Env.AdvanceAsync(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(20));
        Assert.Equal(WorkflowStatus.Running, (await old.DescribeAsync()).Status);
        await s.Env.DeployAsync(o => o.AddWorkflow<One>().AddActivities(effects));
        Assert.Equal("1", await old.GetResultAsync());
        Assert.Equal(["by 1"], effects.Done);
    }));

    private static Task Run(Action<Scenario, Effects> define) => Scenario.RunAsync(s =>
    {
        var effects = new Effects(s);
        s.Host(o => o.AddWorkflow<One>().AddActivities(effects));
        define(s, effects);
    });

    private static async Task<IWorkflowHandle<One>> SleepingAsync(Scenario s, Way input)
    {
        var handle = s.Env.Client.GetWorkflow<One>("old");
        await handle.StartAsync(input);
        await s.UntilAsync(async () => (await handle.DescribeAsync()).Timers.Length > 0, "the timer");
        return handle;
    }

    public sealed record Way(int Continuations);

    [Workflow("scenario-versioned")]
    public sealed class One : Workflow<Way, string>
    {
        public override async Task<string> RunAsync(Way input)
        {
            await Context.DelayAsync(TimeSpan.FromDays(1));
            await Context.Effects().DoAsync("by 1");
            return input.Continuations == 0
                ? $"{Context.WorkflowVersion}" : throw Context.ContinueAsNew(new Way(input.Continuations - 1));
        }
    }

    [Workflow("scenario-versioned", Version = 2)]
    public sealed class Two : Workflow<Way, string>
    {
        public override async Task<string> RunAsync(Way input)
        {
            await Context.Effects().DoAsync("by 2");
            return $"{Context.WorkflowVersion}";
        }
    }
}
