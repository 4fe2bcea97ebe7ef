using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Patterns;

/// <summary>Workflow patterns of plain control flow, of loops, of threads within a branch and of the end of a case.</summary>
public sealed class BasicPatterns
{
    [Fact]
    public Task Pattern01_Sequence_EachStepBeginsWithTheEndOfTheOneBefore() => Run("sequence", "",
        ["a", "b", "c"]);

    [Theory]
    [InlineData("left", "took left")]
    [InlineData("right", "took right")]
    public Task Pattern05_SimpleMerge_GoesOnOnceWhicheverBranchWasTaken(string way, string taken) => Run("merge", way,
        [taken, "after"]);

    [Fact]
    public Task Pattern11_ImplicitTermination_EndsWhenNothingIsLeftToDo() => Run("implicit", "2 5 3",
        ["2", "3", "5"]);

    [Theory]
    [InlineData("0", "wrote 1")]
    [InlineData("2", "read 1,read 2,wrote 1,wrote 2")]
    public Task Pattern21_StructuredLoop_TestsBeforeOrAfterItsBody(string times, string done) => Run("loop", times,
        done.Split(','));

    [Fact]
    public Task Pattern37_LocalSynchronisingMerge_WaitsForThoseThatWereActivatedOnTheWay() => Run("local", "",
        ["a", "b", "c of a", "after"]);

    [Fact]
    public Task Pattern41And42_ThreadSplitAndMerge_ManyOfOneBranchBecomeOneAgain() => Run("threads", "3",
        ["packed 1", "packed 2", "packed 3", "shipped"]);

    [Fact]
    public Task Pattern43_ExplicitTermination_WithdrawsWhatIsLeft() => Run("explicit", "2 5 3",
        ["2"]);

    private static Task Run(string pattern, string input, string[] expected) => Scenario.RunAsync(s =>
    {
        var effects = new Effects(s);
        s.Host(o => o.AddWorkflow<Basic>().AddActivities(effects));
        s.Script(async () =>
        {
            await s.Env.Client.GetWorkflow<Basic>("w").ExecuteAsync(new(pattern, input));
            Assert.Equal(expected, effects.Done);
            await s.Env.AdvanceAsync(TimeSpan.FromDays(2)); // nothing comes afterwards
            Assert.Equal(expected, effects.Done);
        });
    });

    public sealed record Pattern(string Name, string Input);

    [Workflow("pattern-basic")]
    public sealed class Basic : Workflow<Pattern, string>
    {
        private IEffects World => Context.Effects();

        public override Task<string> RunAsync(Pattern input) => input.Name switch
        {
            "sequence" => InSequenceAsync(),
            "merge" => MergeAsync(input.Input),
            "implicit" => AllAsync(input.Input),
            "loop" => LoopAsync(int.Parse(input.Input, System.Globalization.CultureInfo.InvariantCulture)),
            "local" => MergeActivatedAsync(),
            "threads" => SplitAsync(int.Parse(input.Input, System.Globalization.CultureInfo.InvariantCulture)),
            _ => FirstEndsAllAsync(input.Input),
        };

        private async Task<string> InSequenceAsync()
        {
            foreach (var step in new[] { "a", "b", "c" })
            {
                await Context.DelayAsync(TimeSpan.FromMinutes(5));
                await World.DoAsync(step);
            }

            return "";
        }

        private async Task<string> MergeAsync(string way)
        {
            if (way == "left") await World.DoAsync("took left");
            else await World.DoAsync("took right");
            return await World.DoAsync("after");
        }

        // No step is the last one: the case ends with whichever part ends last.
        private async Task<string> AllAsync(string hours)
        {
            await WorkflowTasks.WhenAll(hours.Split(' ').Select(h => LaterAsync(h, h[0] - '0')));
            return "";
        }

        // The end is reached, and ends what has not come to its own.
        private async Task<string> FirstEndsAllAsync(string hours) =>
            await await WorkflowTasks.WhenAny(hours.Split(' ').Select(h => LaterAsync(h, h[0] - '0')));

        private async Task<string> LoopAsync(int times)
        {
            for (var i = 1; i <= times; i++) await World.DoAsync($"read {i}");
            var written = 0;
            do await World.DoAsync($"wrote {++written}");
            while (written < times);
            return "";
        }

        private async Task<string> MergeActivatedAsync()
        {
            var active = new List<Task>();
            active.AddRange([LaterAsync("b", 2), ActivateAsync()]);
            while (active.Count > 0)
            {
                var ended = await WorkflowTasks.WhenAny(active);
                active.Remove(ended);
                await ended;
            }

            return await World.DoAsync("after");

            async Task ActivateAsync()
            {
                active.Add(LaterAsync($"c of {await LaterAsync("a", 1)}", 4));
            }
        }

        private async Task<string> SplitAsync(int threads)
        {
            await WorkflowTasks.WhenAll(Enumerable.Range(1, threads).Select(i => LaterAsync($"packed {i}", i)));
            return await World.DoAsync("shipped");
        }

        private async Task<string> LaterAsync(string what, int hours)
        {
            await Context.DelayAsync(TimeSpan.FromHours(hours));
            return await World.DoAsync(what);
        }
    }
}
