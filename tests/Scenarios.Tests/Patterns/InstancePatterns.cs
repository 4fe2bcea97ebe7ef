using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Patterns;

/// <summary>Workflow patterns of several instances of one activity, of recursion and of loops.</summary>
public sealed class InstancePatterns
{
    [Fact]
    public Task Pattern13_InstancesWithDesignTimeKnowledge_AllAreSynchronised() => Run("three", static (s, e) =>
        Assert.Equal(["1", "2", "3", "joined 3"], s.Crashes ? e.Done.Order() : e.Done));

    [Fact]
    public Task Pattern14_InstancesWithRunTimeKnowledge_AsManyAsTheInputSays() => Run("5", static (s, e) =>
        Assert.Equal(["1", "2", "3", "4", "5", "joined 5"], s.Crashes ? e.Done.Order() : e.Done));

    [Fact]
    public Task Pattern15_InstancesWithoutKnowledgeBeforehand_MoreAreAddedUntilThereAreNoMore() => Scenario.RunAsync(static s =>
    {
        var effects = new Effects(s);
        s.TakesAnyCourse = true; // some end at the same time, on threads of their own
        s.Host(o => o.AddWorkflow<Growing>().AddActivities(effects));
        s.Script(async () =>
        {
            var growing = s.Env.Client.GetWorkflow<Growing>("w");
            await growing.StartAsync("first");
            await growing.SignalAsync("Add", ["second"]);
            await s.Env.AdvanceAsync(TimeSpan.FromMinutes(30)); // while both are under way
            await growing.SignalAsync("Add", ["third"]);
            await growing.SignalAsync("Add", ["fourth"]);
            await growing.SignalAsync("NoMore");
            Assert.Equal(4, await growing.GetResultAsync());
            Assert.Equal(["first", "fourth", "second", "third"], effects.Done.Order());
        });
    });

    [Fact]
    public Task Pattern12_InstancesWithoutSynchronisation_GoOnByThemselves() => Scenario.RunAsync(static s =>
    {
        var effects = new Effects(s);
        s.Host(o => o.AddWorkflow<Spawner>().AddWorkflow<Spawned>().AddActivities(effects));
        s.Script(async () =>
        {
            Assert.Equal("left 3", await s.Env.Client.GetWorkflow<Spawner>("w").ExecuteAsync(3));
            for (var i = 1; i <= 3; i++) Assert.Equal($"{i}", await s.Env.Client.GetWorkflow<Spawned>($"w-{i}").GetResultAsync());
            Assert.Equal(["1", "2", "3"], effects.Done.Order());
        });
    });

    [Fact]
    public Task Pattern10_ArbitraryCycles_GoBackUntilItFits() => Scenario.RunAsync(static s =>
    {
        var effects = new Effects(s);
        s.Host(o => o.AddWorkflow<Draft>().AddActivities(effects));
        s.Script(async () =>
        {
            Assert.Equal(3, await s.Env.Client.GetWorkflow<Draft>("w").ExecuteAsync(3));
            Assert.Equal(["write 1", "check 1", "write 2", "check 2", "write 3", "check 3"], effects.Done);
        });
    });

    [Fact]
    public Task Pattern22_Recursion_ComesToTheResultOfItsParts() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<Fibonacci>());
        s.Script(async () => Assert.Equal(5, await s.Env.Client.GetWorkflow<Fibonacci>("f").ExecuteAsync(5)));
        s.CrashStep = 3;
    });

    private static Task Run(string input, Action<Scenario, Effects> check) => Scenario.RunAsync(s =>
    {
        var effects = new Effects(s);
        s.Host(o => o.AddWorkflow<Instances>().AddActivities(effects));
        s.Script(async () =>
        {
            await s.Env.Client.GetWorkflow<Instances>("w").ExecuteAsync(input);
            check(s, effects);
        });
    });

    [Workflow("pattern-instances")]
    public sealed class Instances : Workflow<string, string>
    {
        public override async Task<string> RunAsync(string input)
        {
            var count = input == "three" ? 3 : int.Parse(input, System.Globalization.CultureInfo.InvariantCulture);
            var done = await WorkflowTasks.WhenAll(Enumerable.Range(1, count)
                .Select(i => Context.Effects().TakeAsync($"{i}", TimeSpan.FromHours(i), default)));
            return await Context.Effects().DoAsync($"joined {done.Length}");
        }
    }

    [Workflow("pattern-growing")]
    public sealed class Growing : Workflow<string, int>
    {
        private readonly List<Task> _open = [];
        private bool _noMore;

        [Signal]
        public void Add(string what) => _open.Add(Context.Effects().TakeAsync(what, TimeSpan.FromHours(1), default));

        [Signal]
        public void NoMore() => _noMore = true;

        public override async Task<int> RunAsync(string input)
        {
            Add(input);
            await Context.WhenAsync(() => _noMore && _open.TrueForAll(static t => t.IsCompleted));
            await WorkflowTasks.WhenAll(_open);
            return _open.Count;
        }
    }

    [Workflow("pattern-spawner")]
    public sealed class Spawner : Workflow<int, string>
    {
        public override async Task<string> RunAsync(int input)
        {
            await WorkflowTasks.WhenAll(Enumerable.Range(1, input).Select(i => Context.Child<Spawned>(
                $"{Context.WorkflowId}-{i}", new() { ParentClosePolicy = ParentClosePolicy.Abandon }).StartAsync(i)));
            return $"left {input}";
        }
    }

    [Workflow("pattern-spawned")]
    public sealed class Spawned : Workflow<int, string>
    {
        public override async Task<string> RunAsync(int input)
        {
            await Context.DelayAsync(TimeSpan.FromHours(input));
            return await Context.Effects().DoAsync($"{input}");
        }
    }

    [Workflow("pattern-draft")]
    public sealed class Draft : Workflow<int, int>
    {
        public override async Task<int> RunAsync(int input)
        {
            for (var version = 1; ; version++)
            {
                await Context.Effects().DoAsync($"write {version}");
                await Context.Effects().DoAsync($"check {version}");
                if (version == input) return version;
            }
        }
    }

    [Workflow("pattern-fibonacci")]
    public sealed class Fibonacci : Workflow<int, int>
    {
        public override async Task<int> RunAsync(int input)
        {
            if (input < 2) return input;
            var parts = await WorkflowTasks.WhenAll(
                Context.Child<Fibonacci>($"{Context.WorkflowId}l").ExecuteAsync(input - 1),
                Context.Child<Fibonacci>($"{Context.WorkflowId}r").ExecuteAsync(input - 2));
            return parts[0] + parts[1];
        }
    }
}
