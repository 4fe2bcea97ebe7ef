using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Children;

public sealed class ChildScenarios
{
    [Fact]
    public Task Child_Result_ReachesItsParent() => Run(static (s, effects) => s.OnDisk().Script(async () =>
    {
        Assert.Equal("a b c", await s.Env.Client.GetWorkflow<Parent>("p").ExecuteAsync("a b c"));
        Assert.Equal(["a", "b", "c"], effects.Done.Order());
        Assert.Equal(4, await CountAsync(s));
        Assert.Equal("p", (await s.Env.Client.GetWorkflow("p-b").DescribeAsync()).Parent?.WorkflowId);
    }));

    [Fact]
    public Task Child_WithoutAnIdOfItsOwn_GetsTheSameOnEveryReplay() => Run(static (s, effects) => s.Script(async () =>
    {
        var ids = await s.Env.Client.GetWorkflow<ParentOfUnnamed>("p").ExecuteAsync(3);
        Assert.Equal(3, ids.Distinct().Count());
        foreach (var id in ids)
        {
            Assert.StartsWith("p:", id, StringComparison.Ordinal);
            Assert.Equal(WorkflowStatus.Completed, (await s.Env.Client.GetWorkflow(id).DescribeAsync()).Status);
        }

        Assert.Equal(["0", "1", "2"], effects.Done.Order());
        Assert.Equal(4, await CountAsync(s));
    }));

    [Fact]
    public Task Child_StartOfAnUnknownType_FailsTypedInStartAndInResult() => Run(static (s, _) => s.Script(async () =>
    {
        Assert.Equal(
            "UnknownWorkflowType UnknownWorkflowType",
            await s.Env.Client.GetWorkflow<ParentOfUnknown>("p").ExecuteAsync("not deployed"));
        Assert.Equal(1, await CountAsync(s));
    }));

    [Fact]
    public Task Child_InputDoesNotFit_FailsTyped() => Run(static (s, _) => s.Script(async () =>
        Assert.Equal("InvalidRequest InvalidRequest", await s.Env.Client.GetWorkflow<ParentOfUnknown>("p").ExecuteAsync("fit"))));

    [Fact]
    public Task Child_IdTakenByAnOpenRun_StartThrows() => Run(static (s, _) => s.Script(async () =>
    {
        await s.Env.Client.GetWorkflow<Patient>("taken").StartAsync("mine");
        Assert.Equal("AlreadyStarted", await s.Env.Client.GetWorkflow<StartsOne>("p").ExecuteAsync(new("taken")));
        var held = await s.Env.Client.GetWorkflow<Patient>("taken").DescribeAsync();
        Assert.Equal((WorkflowStatus.Running, null), (held.Status, held.Parent));
    }));

    [Theory]
    [InlineData(WorkflowIdReusePolicy.AllowDuplicate, false, true)]
    [InlineData(WorkflowIdReusePolicy.AllowDuplicateFailedOnly, false, false)]
    [InlineData(WorkflowIdReusePolicy.AllowDuplicateFailedOnly, true, true)]
    [InlineData(WorkflowIdReusePolicy.RejectDuplicate, true, false)]
    public Task Child_IdUsedBefore_IsAsItsReusePolicySays(WorkflowIdReusePolicy reuse, bool failed, bool allowed) =>
        Run((s, effects) => s.Script(async () =>
        {
            var before = s.Env.Client.GetWorkflow<Step>("used");
            if (failed) await Assert.ThrowsAsync<WorkflowFailed>(() => before.ExecuteAsync("fail"));
            else await before.ExecuteAsync("before");
            Assert.Equal(
                allowed ? "anew" : "AlreadyStarted",
                await s.Env.Client.GetWorkflow<StartsOne>("p").ExecuteAsync(new("used", reuse)));
            Assert.Equal(allowed ? 1 : 0, effects.Done.Count(static e => e == "anew"));
        }));

    [Fact]
    public Task Child_WithItsParentsId_IsATypedErrorAndTheRunGoesOn() => Run(static (s, effects) => s.Script(async () =>
    {
        Assert.Equal("refused: The child has its parent's id 'p'; choose another one.",
            await s.Env.Client.GetWorkflow<StartsItself>("p").ExecuteAsync("p"));
        Assert.Equal(["after"], effects.Done);
        Assert.Equal(1, await CountAsync(s));
    }));

    [Fact]
    public Task Child_ExecuteFails_ThrowsWithItsCause() => Run(static (s, _) => s.Script(async () =>
    {
        var failed = await Assert.ThrowsAsync<WorkflowFailed>(() =>
            s.Env.Client.GetWorkflow<Parent>("p").ExecuteAsync("fine fail"));
        Assert.Equal(WorkflowStatus.Failed, failed.Status);
        var child = Assert.IsType<ChildWorkflowFailed>(failed.InnerException);
        Assert.Equal(("p-fail", "scenario-step", WorkflowStatus.Failed), (child.WorkflowId, child.WorkflowType, child.Status));
        var activity = Assert.IsType<ActivityFailed>(child.InnerException);
        Assert.Equal("Refused", Assert.IsType<ApplicationFailure>(activity.InnerException).Type);
    }));

    [Fact]
    public Task Child_Terminated_ItsParentIsToldSo() => Run(static (s, _) => s.Script(async () =>
    {
        var parent = s.Env.Client.GetWorkflow<Watcher>("p");
        await parent.StartAsync("kid");
        await s.UntilAsync(async () => (await parent.DescribeAsync()).Children is [{ IsStarted: true }], "the child");
        await s.Env.Client.GetWorkflow<Patient>("kid").TerminateAsync("enough");
        Assert.Equal("Terminated", await parent.GetResultAsync());
    }));

    [Fact]
    public Task Child_Signal_ReachesItInOrderAndOnce() => Run(static (s, _) => s.OnDisk().Script(async () =>
        Assert.Equal("0 1 2 3 4 5 | Closed", await s.Env.Client.GetWorkflow<SignalsItsChild>("p").ExecuteAsync(6))));

    [Fact]
    public Task Child_ContinuesAsNew_ItsParentWaitsForTheLastRun() => Run(static (s, effects) => s.Script(async () =>
    {
        Assert.Equal("0 after 3", await s.Env.Client.GetWorkflow<ParentOfChain>("p").ExecuteAsync(3));
        Assert.Equal(["3", "2", "1", "0"], effects.Done);
    }));

    [Fact]
    public Task Child_OfAChild_GoesAsDeepAsItIsTold() => Run(static (s, effects) => s.Script(async () =>
    {
        Assert.Equal("5/4/3/2/1/0", await s.Env.Client.GetWorkflow<Nested>("n").ExecuteAsync(5));
        Assert.Equal(["0"], effects.Done);
    }));

    private static Task Run(Action<Scenario, Effects> define) => Scenario.RunAsync(s =>
    {
        var effects = new Effects(s);
        s.Host(o => o.AddWorkflow<Parent>().AddWorkflow<ParentOfUnnamed>().AddWorkflow<ParentOfUnknown>().AddWorkflow<StartsOne>()
            .AddWorkflow<Step>().AddWorkflow<Patient>().AddWorkflow<Watcher>().AddWorkflow<SignalsItsChild>()
            .AddWorkflow<Listener>().AddWorkflow<ParentOfChain>().AddWorkflow<Chain>().AddWorkflow<Nested>()
            .AddWorkflow<StartsItself>()
            .AddActivities(effects));
        define(s, effects);
    });

    private static async Task<int> CountAsync(Scenario s) => await s.Env.Client.ListAsync().CountAsync();

    /// <summary>One child for each word, all at once.</summary>
    [Workflow("scenario-parent")]
    public sealed class Parent : Workflow<string, string>
    {
        public override async Task<string> RunAsync(string input) => string.Join(' ', await WorkflowTasks.WhenAll(input.Split(' ')
            .Select(w => Context.Child<Step>($"{Context.WorkflowId}-{w}").ExecuteAsync(w))));
    }

    [Workflow("scenario-parent-of-unnamed")]
    public sealed class ParentOfUnnamed : Workflow<int, string[]>
    {
        public override async Task<string[]> RunAsync(int input)
        {
            var ids = new List<string>();
            for (var i = 0; i < input; i++)
            {
                var child = Context.Child<Step>();
                await child.ExecuteAsync($"{i}");
                ids.Add(child.Key.Id.Value);
            }

            return [.. ids];
        }
    }

    [Workflow("scenario-parent-of-unknown")]
    public sealed class ParentOfUnknown : Workflow<string, string>
    {
        public override async Task<string> RunAsync(string input)
        {
            var child = input == "fit" ? Context.Child("scenario-nested", "kid") : Context.Child(input, "kid");
            var seen = new List<ChildStartProblem>();
            try
            {
                await child.StartAsync("no number", typeof(string));
            }
            catch (ChildWorkflowNotStarted e)
            {
                seen.Add(e.Problem);
            }

            try
            {
                await child.GetResultAsync<string>();
            }
            catch (ChildWorkflowNotStarted e)
            {
                seen.Add(e.Problem);
            }

            return string.Join(' ', seen);
        }
    }

    public sealed record Child(string Id, WorkflowIdReusePolicy Reuse = WorkflowIdReusePolicy.AllowDuplicate);

    [Workflow("scenario-starts-one")]
    public sealed class StartsOne : Workflow<Child, string>
    {
        public override async Task<string> RunAsync(Child input)
        {
            var child = Context.Child<Step>(input.Id, new() { IdReuse = input.Reuse });
            try
            {
                await child.StartAsync("anew");
            }
            catch (ChildWorkflowNotStarted e)
            {
                return $"{e.Problem}";
            }

            return await child.GetResultAsync();
        }
    }

    [Workflow("scenario-starts-itself")]
    public sealed class StartsItself : Workflow<string, string>
    {
        public override async Task<string> RunAsync(string input)
        {
            try
            {
                await Context.Child<Step>(input).ExecuteAsync("never");
                return "not refused";
            }
            catch (InvalidRequest e)
            {
                await Context.Effects().DoAsync("after");
                return $"refused: {e.Message}";
            }
        }
    }

    [Workflow("scenario-watcher")]
    public sealed class Watcher : Workflow<string, string>
    {
        public override async Task<string> RunAsync(string input)
        {
            try
            {
                return await Context.Child<Patient>(input).ExecuteAsync("done");
            }
            catch (ChildWorkflowFailed e)
            {
                return $"{e.Status}";
            }
        }
    }

    [Workflow("scenario-signals-its-child")]
    public sealed class SignalsItsChild : Workflow<int, string>
    {
        public override async Task<string> RunAsync(int input)
        {
            var child = Context.Child<Listener>("kid");
            await child.StartAsync(input);
            await WorkflowTasks.WhenAll(Enumerable.Range(0, input).Select(i => child.SignalAsync("Hear", i)));
            var heard = await child.GetResultAsync();
            try
            {
                await child.SignalAsync("Hear", input);
                return heard;
            }
            catch (ExternalWorkflowFailed e)
            {
                return $"{heard} | {e.Problem}";
            }
        }
    }

    [Workflow("scenario-listener")]
    public sealed class Listener : Workflow<int, string>
    {
        private readonly List<int> _heard = [];

        [Signal]
        public void Hear(int number) => _heard.Add(number);

        public override async Task<string> RunAsync(int input)
        {
            await Context.WhenAsync(() => _heard.Count >= input);
            return string.Join(' ', _heard);
        }
    }

    [Workflow("scenario-parent-of-chain")]
    public sealed class ParentOfChain : Workflow<int, string>
    {
        public override async Task<string> RunAsync(int input) =>
            $"{await Context.Child<Chain>("kid").ExecuteAsync(input)} after {input}";
    }

    [Workflow("scenario-chain-of-runs")]
    public sealed class Chain : Workflow<int, int>
    {
        public override async Task<int> RunAsync(int input)
        {
            await Context.Effects().DoAsync($"{input}");
            return input == 0 ? 0 : throw Context.ContinueAsNew(input - 1);
        }
    }

    [Workflow("scenario-nested")]
    public sealed class Nested : Workflow<int, string>
    {
        public override async Task<string> RunAsync(int input) => input == 0
            ? await Context.Effects().DoAsync("0")
            : $"{input}/{await Context.Child<Nested>($"n-{input - 1}").ExecuteAsync(input - 1)}";
    }
}
