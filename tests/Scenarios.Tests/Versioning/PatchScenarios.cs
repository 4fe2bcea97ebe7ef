using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Versioning;

/// <summary>The same workflow type in the forms that its code has over the years, deployed one after the other.</summary>
public sealed class PatchScenarios
{
    [Fact]
    public Task Patched_RunPastThePoint_GoesOnAsBeforeAndNewOnesTakeTheNewWay() => Run<Before>(static (s, effects) =>
        s.OnDisk().Script(
        async () =>
        {
            var old = await SleepingAsync(s, "old", new(BeforeChange: false));
            await s.Env.DeployAsync(o => o.AddWorkflow<Patched>().AddWorkflow<Note>().AddActivities(effects));
            var recent = s.Env.Client.GetWorkflow<Patched>("recent");
            Assert.Equal("new", await recent.ExecuteAsync(new(BeforeChange: false)));
            Assert.Equal("old", await old.GetResultAsync());
            Assert.Equal(["ship by truck", "ship by train", "told"], effects.Done);
        }));

    [Fact]
    public Task Patched_RunBeforeThePoint_TakesTheNewWay() => Run<Before>(static (s, effects) => s.Script(async () =>
    {
        var old = await SleepingAsync(s, "old", new(BeforeChange: true));
        await s.Env.DeployAsync(o => o.AddWorkflow<Patched>().AddWorkflow<Note>().AddActivities(effects));
        Assert.Equal("new", await old.GetResultAsync());
        Assert.Equal(["ship by train", "told"], effects.Done);
    }));

    [Fact]
    public Task Patched_AskedInALoop_KeepsItsFirstAnswer() => Run<LoopBefore>(static (s, effects) => s.Script(async () =>
    {
        var old = s.Env.Client.GetWorkflow<LoopBefore>("old");
        await old.StartAsync(4);
        await s.Env.AdvanceAsync(TimeSpan.FromHours(1.5)); // in its second pass
        await s.Env.DeployAsync(o => o.AddWorkflow<LoopPatched>().AddActivities(effects));
        Assert.Equal("old old old old", await old.GetResultAsync());
        Assert.Equal("new new", await s.Env.Client.GetWorkflow<LoopPatched>("recent").ExecuteAsync(2));
    }));

    [Fact]
    public Task DeprecatedPatch_RunsThatRecordedIt_GoOn() => Run<Patched>(static (s, effects) => s.Script(async () =>
    {
        var patched = await SleepingAsync(s, "patched", new(BeforeChange: false));
        await s.Env.DeployAsync(o => o.AddWorkflow<Deprecated>().AddWorkflow<Note>().AddActivities(effects));
        var recent = s.Env.Client.GetWorkflow<Deprecated>("recent");
        Assert.Equal("new", await recent.ExecuteAsync(new(BeforeChange: false)));
        Assert.Equal("new", await patched.GetResultAsync());

        // Nobody is left who has it on record and is open, so that it can go.
        await s.Env.DeployAsync(o => o.AddWorkflow<After>().AddWorkflow<Note>().AddActivities(effects));
        Assert.Equal("new", await s.Env.Client.GetWorkflow<After>("last").ExecuteAsync(new(BeforeChange: false)));
        Assert.Equal(3, effects.Done.Count(static e => e == "told"));
    }), "runs that ended with the patch on record do not fit the code without it, nor need they");

    [Fact]
    public Task Unpatched_Change_StallsWithExpectedAndActualAndGoesOnWithFittingCode() => Run<Before>(static (s, effects) =>
        s.Script(async () =>
        {
            var old = await SleepingAsync(s, "old", new(BeforeChange: false));
            await s.Env.DeployAsync(o => o.AddWorkflow<After>().AddWorkflow<Note>().AddActivities(effects));
            await s.UntilAsync(async () => (await old.DescribeAsync()).Status == WorkflowStatus.Stalled, "the stall");
            var stall = (await old.DescribeAsync()).Stall!;
            Assert.Equal(FaultCodes.Nondeterminism, stall.Code);
            Assert.Contains("Effects.Do", stall.Expected, StringComparison.Ordinal);
            Assert.Contains("scenario-note", stall.Actual, StringComparison.Ordinal);
            await Assert.ThrowsAsync<WorkflowStalled>(() => old.SignalAsync("anything"));
            await s.Env.AdvanceAsync(TimeSpan.FromDays(3)); // its timer is due meanwhile: nothing is lost, nothing is done

            await s.Env.DeployAsync(o => o.AddWorkflow<Patched>().AddWorkflow<Note>().AddActivities(effects));
            Assert.Equal("old", await old.GetResultAsync());
            Assert.Equal(["ship by truck"], effects.Done);
        }));

    private static Task Run<TFirst>(Action<Scenario, Effects> define, string? notReplayed = null) where TFirst : Workflow =>
        Scenario.RunAsync(s =>
        {
            var effects = new Effects(s);
            s.NotReplayed = notReplayed;
            s.Host(o => o.AddWorkflow<TFirst>().AddWorkflow<Note>().AddActivities(effects));
            define(s, effects);
        });

    /// <summary>Starts a run with whatever code is deployed, up to where it sleeps, durably.</summary>
    private static async Task<IWorkflowHandle<Before>> SleepingAsync(Scenario s, string id, Order input)
    {
        var handle = s.Env.Client.GetWorkflow<Before>(id);
        await handle.StartAsync(input);
        await s.UntilAsync(async () => (await handle.DescribeAsync()).Timers.Length > 0, "the timer");
        return handle;
    }

    /// <summary>An order that sleeps for a day before or after the part that is changed.</summary>
    public sealed record Order(bool BeforeChange);

    [Workflow("scenario-shipping")]
    public sealed class Before : Workflow<Order, string>
    {
        public override async Task<string> RunAsync(Order input)
        {
            if (input.BeforeChange) await Context.DelayAsync(TimeSpan.FromDays(1));
            await Context.Effects().DoAsync("ship by truck");
            if (!input.BeforeChange) await Context.DelayAsync(TimeSpan.FromDays(1));
            return "old";
        }
    }

    [Workflow("scenario-shipping")]
    public sealed class Patched : Workflow<Order, string>
    {
        public override async Task<string> RunAsync(Order input)
        {
            if (input.BeforeChange) await Context.DelayAsync(TimeSpan.FromDays(1));
            var isNew = Context.Patched("by-train");
            if (isNew) await Context.Child<Note>($"{Context.WorkflowId}-train").ExecuteAsync("ship by train");
            else await Context.Effects().DoAsync("ship by truck");
            if (!input.BeforeChange) await Context.DelayAsync(TimeSpan.FromDays(1));
            if (isNew) await Context.Effects().DoAsync("told");
            return isNew ? "new" : "old";
        }
    }

    [Workflow("scenario-shipping")]
    public sealed class Deprecated : Workflow<Order, string>
    {
        public override async Task<string> RunAsync(Order input)
        {
            if (input.BeforeChange) await Context.DelayAsync(TimeSpan.FromDays(1));
            Context.DeprecatePatch("by-train");
            await Context.Child<Note>($"{Context.WorkflowId}-train").ExecuteAsync("ship by train");
            if (!input.BeforeChange) await Context.DelayAsync(TimeSpan.FromDays(1));
            await Context.Effects().DoAsync("told");
            return "new";
        }
    }

    [Workflow("scenario-shipping")]
    public sealed class After : Workflow<Order, string>
    {
        public override async Task<string> RunAsync(Order input)
        {
            if (input.BeforeChange) await Context.DelayAsync(TimeSpan.FromDays(1));
            await Context.Child<Note>($"{Context.WorkflowId}-train").ExecuteAsync("ship by train");
            if (!input.BeforeChange) await Context.DelayAsync(TimeSpan.FromDays(1));
            await Context.Effects().DoAsync("told");
            return "new";
        }
    }

    [Workflow("scenario-note")]
    public sealed class Note : Workflow<string, string>
    {
        public override Task<string> RunAsync(string input) => Context.Effects().DoAsync(input);
    }

    [Workflow("scenario-loop")]
    public sealed class LoopBefore : Workflow<int, string>
    {
        public override async Task<string> RunAsync(int input)
        {
            var passes = new List<string>();
            for (var i = 0; i < input; i++)
            {
                passes.Add("old");
                await Context.DelayAsync(TimeSpan.FromHours(1));
            }

            return string.Join(' ', passes);
        }
    }

    [Workflow("scenario-loop")]
    public sealed class LoopPatched : Workflow<int, string>
    {
        public override async Task<string> RunAsync(int input)
        {
            var passes = new List<string>();
            for (var i = 0; i < input; i++)
            {
                passes.Add(Context.Patched("anew") ? "new" : "old");
                await Context.DelayAsync(TimeSpan.FromHours(1));
            }

            return string.Join(' ', passes);
        }
    }
}
