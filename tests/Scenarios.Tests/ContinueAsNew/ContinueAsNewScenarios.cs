using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.ContinueAsNew;

public sealed class ContinueAsNewScenarios
{
    [Fact]
    public Task ContinueAsNew_SameType_ResultIsThatOfTheLastRun() => Run(static (s, effects) => s.OnDisk().Script(async () =>
    {
        var counter = s.Env.Client.GetWorkflow<Counter>("c");
        var first = await counter.StartAsync(3);
        Assert.Equal("ended", await counter.GetResultAsync());
        Assert.Equal("ended", await s.Env.Client.GetWorkflow<Counter>("c", first).GetResultAsync()); // a wait follows the chain
        Assert.Equal(["3", "2", "1", "0"], effects.Done);
        var runs = await RunsAsync(s);
        Assert.Equal(4, runs.Count);
        Assert.Equal(3, runs.Count(static r => r.Status == WorkflowStatus.ContinuedAsNew));
        Assert.Equal(WorkflowStatus.ContinuedAsNew, (await s.Env.Client.GetWorkflow("c", runId: first).DescribeAsync()).Status);
    }));

    [Fact]
    public Task ContinueAsNew_NewType_GoesOnAsThat() => Run(static (s, effects) => s.Script(async () =>
    {
        var caterpillar = s.Env.Client.GetWorkflow<Caterpillar>("c");
        Assert.Equal("flew from leaf", await caterpillar.ExecuteAsync("leaf"));
        var last = await caterpillar.DescribeAsync();
        Assert.Equal(("scenario-butterfly", WorkflowStatus.Completed), (last.WorkflowType, last.Status));
        Assert.NotNull(last.ContinuedFrom);
        Assert.Equal(["eat", "fly"], effects.Done);
    }));

    [Fact]
    public Task ContinueAsNew_ManyIterations_EachHappensOnce() => Run(static (s, effects) => s.Script(async () =>
    {
        Assert.Equal("ended", await s.Env.Client.GetWorkflow<Counter>("c").ExecuteAsync(60));
        Assert.Equal(Enumerable.Range(0, 61).Reverse().Select(static i => $"{i}"), effects.Done);
        Assert.Equal(61, (await RunsAsync(s)).Count);
    }), crashStep: 3);

    [Fact]
    public Task ContinueAsNew_HistorySizeHint_TellsWhenToAndKeepsRunsSmall() => Run(static (s, _) => s.Script(async () =>
    {
        var runner = s.Env.Client.GetWorkflow<LongRunner>("c");
        Assert.Equal(4_500, await runner.ExecuteAsync(new(0, 4_500)));
        Assert.True((await RunsAsync(s)).Count >= 2);
        foreach (var run in await RunsAsync(s))
        {
            var length = (await s.Env.Client.GetWorkflow("c", runId: new RunId(run.RunId)).DescribeAsync()).HistoryLength;
            Assert.InRange(length, 1, 6_000);
        }
    }), crashStep: 7);

    [Fact]
    public Task ContinueAsNew_UnknownType_StallsTypedAndGoesOnOnceItIsDeployed() => Scenario.RunAsync(static s =>
    {
        var effects = new Effects(s);
        s.Host(o => o.AddWorkflow<Caterpillar>().AddActivities(effects));
        s.Script(async () =>
        {
            var caterpillar = s.Env.Client.GetWorkflow<Caterpillar>("c");
            await caterpillar.StartAsync("leaf");
            await s.UntilAsync(async () => (await caterpillar.DescribeAsync()).Status == WorkflowStatus.Stalled, "the stall");
            var stalled = await caterpillar.DescribeAsync();
            Assert.Equal(FaultCodes.UnknownWorkflowType, stalled.Stall!.Code);
            Assert.Contains("'scenario-butterfly'", stalled.Stall.Message, StringComparison.Ordinal);

            await s.Env.DeployAsync(o => o.AddWorkflow<Caterpillar>().AddWorkflow<Butterfly>().AddActivities(effects));
            Assert.Equal("flew from leaf", await caterpillar.GetResultAsync());
            Assert.Equal(["eat", "fly"], effects.Done);
        });
    });

    [Fact]
    public Task ContinueAsNew_WithinASagaAndTimersLeft_LeavesNothingBehind() => Run(static (s, effects) => s.Script(async () =>
    {
        Assert.Equal("second run", await s.Env.Client.GetWorkflow<LeavesTimers>("c").ExecuteAsync(true));
        Assert.Equal(["step"], effects.Done); // neither undone nor done twice
        await s.Env.AdvanceAsync(TimeSpan.FromDays(2)); // beyond the timer of the run before
        Assert.Equal(2, (await RunsAsync(s)).Count);
    }));

    [Fact]
    public Task ContinueAsNew_Terminated_EndsTheRunThatIsOpen() => Run(static (s, _) => s.Script(async () =>
    {
        var sleeper = s.Env.Client.GetWorkflow<Sleeper>("c");
        var first = await sleeper.StartAsync(0);
        await s.UntilAsync(async () => (await sleeper.DescribeAsync()).ContinuedFrom is not null, "the second run");
        await s.Env.Client.GetWorkflow("c", runId: first).TerminateAsync("of no effect: it has ended");
        Assert.Equal(WorkflowStatus.Running, (await sleeper.DescribeAsync()).Status);
        await sleeper.TerminateAsync("enough");
        Assert.Equal(
            WorkflowStatus.Terminated, (await Assert.ThrowsAsync<WorkflowFailed>(() => sleeper.GetResultAsync())).Status);
    }));

    private static Task Run(Action<Scenario, Effects> define, int crashStep = 1) => Scenario.RunAsync(s =>
    {
        var effects = new Effects(s);
        s.CrashStep = crashStep;
        s.Host(o => o.AddWorkflow<Counter>().AddWorkflow<Caterpillar>().AddWorkflow<Butterfly>().AddWorkflow<LongRunner>()
            .AddWorkflow<LeavesTimers>().AddWorkflow<Sleeper>().AddActivities(effects));
        define(s, effects);
    });

    private static async Task<List<Grains.Interfaces.Visibility.RunListing>> RunsAsync(Scenario s) =>
        await s.Env.Client.ListAsync().ToListAsync();

    [Workflow("scenario-counter")]
    public sealed class Counter : Workflow<int, string>
    {
        public override async Task<string> RunAsync(int input)
        {
            await Context.Effects().DoAsync($"{input}");
            return input == 0 ? "ended" : throw Context.ContinueAsNew(input - 1);
        }
    }

    [Workflow("scenario-caterpillar")]
    public sealed class Caterpillar : Workflow<string, string>
    {
        public override async Task<string> RunAsync(string input)
        {
            await Context.Effects().DoAsync("eat");
            throw Context.ContinueAsNew<Butterfly>(new Wings(input, 2));
        }
    }

    public sealed record Wings(string From, int Count);

    [Workflow("scenario-butterfly")]
    public sealed class Butterfly : Workflow<Wings, string>
    {
        public override async Task<string> RunAsync(Wings input)
        {
            await Context.Effects().DoAsync("fly");
            return $"flew from {input.From}";
        }
    }

    public sealed record Way(int Done, int Total);

    [Workflow("scenario-long-runner")]
    public sealed class LongRunner : Workflow<Way, int>
    {
        public override async Task<int> RunAsync(Way input)
        {
            var done = input.Done;
            while (done < input.Total)
            {
                if (Context.ShouldContinueAsNew) throw Context.ContinueAsNew(input with { Done = done });
                await WorkflowTasks.WhenAll(Enumerable.Range(0, 500).Select(_ => Context.DelayAsync(TimeSpan.FromSeconds(1))));
                done += 500;
            }

            return done;
        }
    }

    [Workflow("scenario-leaves-timers")]
    public sealed class LeavesTimers : Workflow<bool, string>
    {
        public override Task<string> RunAsync(bool input) => Context.SagaAsync(async saga =>
        {
            if (!input) return "second run";
            saga.Compensate(() => Context.Effects().DoAsync("undone"));
            await Context.Effects().DoAsync("step");
            _ = Context.DelayAsync(TimeSpan.FromDays(1));
            throw Context.ContinueAsNew(false);
        });
    }

    [Workflow("scenario-second-sleeps")]
    public sealed class Sleeper : Workflow<int, string>
    {
        public override async Task<string> RunAsync(int input)
        {
            if (input == 0) throw Context.ContinueAsNew(1);
            await Context.DelayAsync(TimeSpan.FromDays(30));
            return "woke";
        }
    }
}
