using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Patterns;

/// <summary>Workflow patterns of branching and joining, by van der Aalst's names and numbers.</summary>
public sealed class BranchingPatterns
{
    [Fact]
    public Task Pattern02And03_ParallelSplitAndSynchronisation_GoesOnWhenAllHaveEnded() => Run("split", "abc", static (_, e) =>
    {
        Assert.Equal(["a", "b", "c"], e.Done.Take(3).Order());
        Assert.Equal("after", e.Done[^1]);
    });

    [Fact]
    public Task Pattern04_ExclusiveChoice_TakesOneBranch() => Run("choice", "big", static (_, e) =>
        Assert.Equal(["truck", "after"], e.Done));

    [Fact]
    public Task Pattern06And07_MultiChoiceAndSynchronisingMerge_WaitsForThoseThatWereChosen() => Run(
        "multi", "ac", static (_, e) =>
        {
            Assert.Equal(["a", "c"], e.Done.Take(2).Order());
            Assert.Equal(["after"], e.Done.Skip(2));
        });

    [Fact]
    public Task Pattern08_MultiMerge_EachBranchGoesOnByItself() => Run("multi-merge", "ab", static (_, e) =>
        Assert.Equal(["a", "after a", "after b", "b"], e.Done.Order()));

    [Fact]
    public Task Pattern09And29_Discriminator_FirstOfThreeWinsAndTheOthersAreCancelled() => Run("first", "3 1 2", static (s, e) =>
    {
        // In a silo that died nobody tells the others.
        Assert.Equal(["1", "after"], s.Crashes ? e.Done.Where(static d => d is "1" or "after") : e.Done);
    });

    [Fact]
    public Task Pattern30And32_PartialJoin_GoesOnWithTwoOfThreeAndCancelsTheRest() => Run("some", "3 1 2", static (s, e) =>
    {
        Assert.Equal(["1", "2", "after"], s.Crashes ? e.Done.Where(static d => d is not "3").Order() : e.Done);
    });

    [Fact]
    public Task Pattern31_BlockingPartialJoin_GoesOnWithTwoAndWaitsForTheLastToo() => Run("blocking", "3 1 2", static (s, e) =>
    {
        if (s.Crashes) Assert.Equal(["1", "2", "3", "after", "reset"], e.Done.Order());
        else Assert.Equal(["1", "2", "after", "3", "reset"], e.Done);
        Assert.Equal("reset", e.Done[^1]);
    });

    [Fact]
    public Task Pattern38_GeneralSynchronisingMerge_BranchThatFailsIsJoinedToo() => Run("failing", "ab", static (_, e) =>
        Assert.Equal(["a", "after b failed"], e.Done));

    private static Task Run(string pattern, string input, Action<Scenario, Effects> check) => Scenario.RunAsync(s =>
    {
        var effects = new Effects(s);
        s.Host(o => o.AddWorkflow<Branching>().AddActivities(effects));
        s.Script(async () =>
        {
            await s.Env.Client.GetWorkflow<Branching>("w").ExecuteAsync(new(pattern, input));
            await s.Env.AdvanceAsync(TimeSpan.FromDays(1));
            check(s, effects);
        });
    });

    public sealed record Pattern(string Name, string Input);

    [Workflow("pattern-branching")]
    public sealed class Branching : Workflow<Pattern, string>
    {
        private IEffects World => Context.Effects();

        public override async Task<string> RunAsync(Pattern input)
        {
            switch (input.Name)
            {
                case "split":
                    await WorkflowTasks.WhenAll(input.Input.Select(c => World.DoAsync($"{c}")));
                    break;
                case "choice":
                    await World.DoAsync(input.Input == "big" ? "truck" : "bicycle");
                    break;
                case "multi":
                    await WorkflowTasks.WhenAll("abc".Where(input.Input.Contains).Select(c => World.DoAsync($"{c}")));
                    break;
                case "multi-merge":
                    await WorkflowTasks.WhenAll(input.Input.Select(async c =>
                    {
                        await World.DoAsync($"{c}");
                        await World.DoAsync($"after {c}");
                    }));
                    return "";
                case "failing":
                    await JoinFailingAsync();
                    return "";
                case "blocking":
                    await JoinBlockingAsync(input.Input);
                    return "";
                default:
                    await JoinAsync(input);
                    break;
            }

            await World.DoAsync("after");
            return "";
        }

        // Each branch takes as many hours as its number says.
        private async Task JoinAsync(Pattern input)
        {
            using var scope = Context.CreateScope();
            var branches = Branches(input.Input, scope.Token);
            if (input.Name == "first") await await WorkflowTasks.WhenAny(branches);
            else await WorkflowTasks.WhenSome(2, branches);
            scope.Cancel();
        }

        private async Task JoinBlockingAsync(string input)
        {
            var branches = Branches(input, CancellationToken.None);
            await WorkflowTasks.WhenSome(2, branches);
            await World.DoAsync("after");
            await WorkflowTasks.WhenAll(branches);
            await World.DoAsync("reset");
        }

        private async Task JoinFailingAsync()
        {
            Task[] branches = [World.DoAsync("a"), World.FailAsync("b failed")];
            try
            {
                await WorkflowTasks.WhenAll(branches);
            }
            catch (ActivityFailed e)
            {
                await World.DoAsync($"after {e.InnerException!.Message}");
            }
        }

        private Task<string>[] Branches(string input, CancellationToken token) =>
            [.. input.Split(' ').Select(h => World.TakeAsync(h, TimeSpan.FromHours(h[0] - '0'), token))];
    }
}
