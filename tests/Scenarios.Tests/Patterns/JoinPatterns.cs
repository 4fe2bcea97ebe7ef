using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Patterns;

/// <summary>Workflow patterns of joins: of branches, and of several instances of one activity.</summary>
public sealed class JoinPatterns
{
    [Fact]
    public Task Pattern09_StructuredDiscriminator_GoesOnWithTheFirstAndIgnoresTheRest() => Run("discriminator", "3 1 2",
        "1, after, 2, 3, reset");

    [Fact]
    public Task Pattern28_BlockingDiscriminator_NextRoundWaitsForTheRestOfThis() => Run("rounds", "7 2 3",
        "2, after, 3, 2, 3, 7, after, 7");

    [Fact]
    public Task Pattern29_CancellingDiscriminator_WithdrawsTheRest() => Run("cancel 1", "3 1 2", "1, after");

    [Fact]
    public Task Pattern30_StructuredPartialJoin_GoesOnWithTwoAndIgnoresTheRest() => Run("partial", "3 1 2",
        "1, 2, after, 3, reset");

    [Fact]
    public Task Pattern32_CancellingPartialJoin_WithdrawsTheRest() => Run("cancel 2", "3 1 2", "1, 2, after");

    [Fact]
    public Task Pattern33_GeneralisedAndJoin_KeepsWhatAFastBranchHasMoreOf() => Run("and", "1 5",
        "1, 1, 5, joined, 5, joined");

    [Fact]
    public Task Pattern34_StaticPartialJoinForInstances_TwoOfFiveAreEnough() => Run("partial", "5 1 4 2 3",
        "1, 2, after, 3, 4, 5, reset");

    [Fact]
    public Task Pattern35_CancellingPartialJoinForInstances_WithdrawsTheOthers() => Run("cancel 3", "5 1 4 2 3",
        "1, 2, 3, after");

    [Fact]
    public Task Pattern36_DynamicPartialJoinForInstances_MoreAreAddedUntilItHolds() => RunInstances(
        static async (s, instances) =>
        {
            await instances.StartAsync(2); // two are enough
            await instances.SignalAsync("Add", [5]);
            await instances.SignalAsync("Add", [3]);
            await s.Env.AdvanceAsync(TimeSpan.FromMinutes(90));
            await instances.SignalAsync("Add", [1]); // overtakes the others
            Assert.Equal("1, 3", await instances.GetResultAsync());
        },
        "1, 3, after");

    [Fact]
    public Task Pattern26_CancelInstances_WithdrawsThoseThatRunAndKeepsWhatHasEnded() => RunInstances(
        static async (s, instances) =>
        {
            await instances.StartAsync(9);
            foreach (var hours in new[] { 1, 3, 5 }) await instances.SignalAsync("Add", [hours]);
            await s.Env.AdvanceAsync(TimeSpan.FromHours(2));
            await instances.SignalAsync("Withdraw");
            Assert.Equal("withdrawn", await instances.GetResultAsync());
        },
        "1");

    [Fact]
    public Task Pattern27_CompleteInstances_WithdrawsThoseThatRunAndGoesOn() => RunInstances(
        static async (s, instances) =>
        {
            await instances.StartAsync(9);
            foreach (var hours in new[] { 1, 3, 5 }) await instances.SignalAsync("Add", [hours]);
            await s.Env.AdvanceAsync(TimeSpan.FromHours(4));
            await instances.SignalAsync("Complete");
            Assert.Equal("1, 3", await instances.GetResultAsync());
        },
        "1, 3, after");

    private static Task Run(string pattern, string hours, string expected) => Scenario.RunAsync(s =>
    {
        var effects = new Effects(s);
        s.Host(o => o.AddWorkflow<Joining>().AddActivities(effects));
        s.Script(async () =>
        {
            await s.Env.Client.GetWorkflow<Joining>("w").ExecuteAsync(new(pattern, hours));
            await s.Env.AdvanceAsync(TimeSpan.FromDays(1));
            Assert.Equal(expected, string.Join(", ", effects.Done));
        });
    });

    private static Task RunInstances(Func<Scenario, IWorkflowHandle<Instances>, Task> script, string expected) =>
        Scenario.RunAsync(s =>
        {
            var effects = new Effects(s);
            s.Host(o => o.AddWorkflow<Instances>().AddActivities(effects));
            s.Script(async () =>
            {
                await script(s, s.Env.Client.GetWorkflow<Instances>("w"));
                await s.Env.AdvanceAsync(TimeSpan.FromDays(1));
                Assert.Equal(expected, string.Join(", ", effects.Done));
            });
        });

    public sealed record Pattern(string Name, string Hours);

    /// <summary>Branches that take as many hours as their names say.</summary>
    [Workflow("pattern-joining")]
    public sealed class Joining : Workflow<Pattern, string>
    {
        private IEffects World => Context.Effects();

        public override async Task<string> RunAsync(Pattern input)
        {
            int[] hours = [.. input.Hours.Split(' ').Select(static h => h[0] - '0')];
            switch (input.Name)
            {
                case "discriminator":
                    await JoinAsync(1, hours);
                    break;
                case "partial":
                    await JoinAsync(2, hours);
                    break;
                case "rounds":
                    await RoundsAsync(hours, first: true);
                    break;
                case "and":
                    await RoundsAsync(hours, first: false);
                    break;
                default:
                    await CancelRestAsync(input.Name[^1] - '0', hours);
                    break;
            }

            return "";
        }

        private async Task JoinAsync(int enough, int[] hours)
        {
            Task<string>[] branches = [.. hours.Select(h => BranchAsync(h, default))];
            await WorkflowTasks.WhenSome(enough, branches);
            await World.DoAsync("after");
            await WorkflowTasks.WhenAll(branches);
            await World.DoAsync("reset");
        }

        private async Task CancelRestAsync(int enough, int[] hours)
        {
            using var scope = Context.CreateScope();
            await WorkflowTasks.WhenSome(enough, hours.Select(h => BranchAsync(h, scope.Token)).ToArray());
            scope.Cancel();
            await World.DoAsync("after");
        }

        // Each branch is gone through twice. A discriminator goes on with the first of a round, and takes nothing of the next
        // before all of this one have come; the general join takes one of each, and what comes early waits.
        private async Task RoundsAsync(int[] hours, bool first)
        {
            var arrivals = hours.Select(static _ => new WorkflowChannel<string>()).ToArray();
            var branches = hours.Select((h, i) => TwiceAsync(h, arrivals[i])).ToArray();
            for (var round = 1; round <= 2; round++)
            {
                Task<string>[] reads = [.. arrivals.Select(static a => a.ReadAsync())];
                if (first)
                {
                    await WorkflowTasks.WhenAny(reads);
                    await World.DoAsync("after");
                }

                await WorkflowTasks.WhenAll(reads);
                if (!first) await World.DoAsync("joined");
            }

            await WorkflowTasks.WhenAll(branches);
        }

        private async Task TwiceAsync(int hours, WorkflowChannel<string> arrivals)
        {
            for (var round = 1; round <= 2; round++) await arrivals.WriteAsync(await BranchAsync(hours, default));
        }

        private async Task<string> BranchAsync(int hours, CancellationToken token)
        {
            await Context.DelayAsync(TimeSpan.FromHours(hours), token);
            return await World.DoAsync($"{hours}");
        }
    }

    /// <summary>Instances of one activity that are added while others run, until enough have ended.</summary>
    [Workflow("pattern-added-instances")]
    public sealed class Instances : Workflow<int, string>
    {
        private readonly List<string> _ended = [];
        private CancellationScope? _scope;
        private bool _isComplete;
        private bool _isWithdrawn;

        [Signal]
        public async Task Add(int hours)
        {
            if (_isComplete || _isWithdrawn) return;
            _scope ??= Context.CreateScope();
            try
            {
                await Context.DelayAsync(TimeSpan.FromHours(hours), _scope.Token);
                _ended.Add(await Context.Effects().DoAsync($"{hours}"));
            }
            catch (Canceled)
            {
                // Withdrawn, which is the point.
            }
        }

        [Signal]
        public void Complete() => _isComplete = true;

        [Signal]
        public void Withdraw() => _isWithdrawn = true;

        public override async Task<string> RunAsync(int input)
        {
            await Context.WhenAsync(() => _ended.Count >= input || _isComplete || _isWithdrawn);
            _isComplete = true; // no more are added
            _scope?.Cancel();
            if (_isWithdrawn) return "withdrawn";
            await Context.Effects().DoAsync("after");
            return string.Join(", ", _ended);
        }
    }
}
