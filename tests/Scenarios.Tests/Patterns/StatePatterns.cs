using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Patterns;

/// <summary>Workflow patterns of state, of triggers and of cancellation.</summary>
public sealed class StatePatterns
{
    [Theory]
    [InlineData("Mail", "took mail")]
    [InlineData("Phone", "took phone")]
    [InlineData(null, "took nothing")]
    public Task Pattern16_DeferredChoice_WhatComesFirstDecides(string? comes, string taken) =>
        Run<Deferred>(async (_, effects, w) =>
        {
            await w.StartAsync("");
            if (comes is not null) await w.SignalAsync(comes);
            Assert.Equal(taken, await w.GetResultAsync());
            Assert.Equal([taken], effects.Done);
        });

    [Fact]
    public Task Pattern17And40_InterleavedRouting_EachStepOnceAndNeverTwoAtATime() =>
        Run<Interleaved>(static async (_, effects, w) =>
        {
            Assert.Equal(1, await w.ExecuteAsync("abcd")); // at most so many at a time
            Assert.Equal(["a", "b", "c", "d"], effects.Done.Order());
        });

    [Theory]
    [InlineData(1, "taken")]
    [InlineData(3, "expired")]
    public Task Pattern18_Milestone_IsPossibleWhileTheStateLasts(int afterHours, string outcome) =>
        Run<Offer>(async (s, _, w) =>
        {
            await w.StartAsync("");
            await s.Env.AdvanceAsync(TimeSpan.FromHours(afterHours));
            if (outcome == "taken")
            {
                await w.UpdateAsync<string>("Take");
            }
            else
            {
                var rejected = await Assert.ThrowsAsync<UpdateRejected>(() => w.UpdateAsync<string>("Take"));
                Assert.Contains("expired", rejected.Message, StringComparison.Ordinal);
            }

            Assert.Equal(outcome, await w.GetResultAsync());
        });

    [Fact]
    public Task Pattern19And25_CancelTaskAndRegion_EndsThatPartAndNoOther() => Run<Regions>(static async (s, effects, w) =>
    {
        await w.StartAsync("");
        await s.Env.AdvanceAsync(TimeSpan.FromMinutes(30));
        await w.SignalAsync("CancelRegion");
        Assert.Equal("canceled canceled", await w.GetResultAsync());

        // What a dead silo had begun is not told, and comes to its end.
        Assert.Equal(["before", "outside", "after"], effects.Done.Where(d => !s.Crashes || d != "inside"));
    });

    [Fact]
    public Task Pattern20_CancelCase_EndsAllOfIt() => Run<Regions>(static async (s, effects, w) =>
    {
        await w.StartAsync("");
        await s.Env.AdvanceAsync(TimeSpan.FromMinutes(30));
        await w.CancelAsync("all of it");
        Assert.Equal(WorkflowStatus.Canceled, (await Assert.ThrowsAsync<WorkflowFailed>(() => w.GetResultAsync())).Status);
        Assert.DoesNotContain("after", effects.Done);
    });

    [Fact]
    public Task Pattern23_TransientTrigger_IsOfNoUseToWhoeverComesLater() => Run<Triggers>(static async (s, effects, w) =>
    {
        await w.StartAsync("transient");
        await w.SignalAsync("Pull"); // nobody waits yet
        await s.Env.AdvanceAsync(TimeSpan.FromHours(2));
        Assert.Empty(effects.Done);
        await w.SignalAsync("Pull");
        await w.GetResultAsync();
        Assert.Equal(["triggered"], effects.Done);
    });

    [Fact]
    public Task Pattern24_PersistentTrigger_IsKeptUntilSomebodyWaitsForIt() => Run<Triggers>(static async (s, effects, w) =>
    {
        await w.StartAsync("persistent");
        await w.SignalAsync("Pull");
        await s.Env.AdvanceAsync(TimeSpan.FromMinutes(30));
        Assert.Empty(effects.Done);
        await w.GetResultAsync();
        Assert.Equal(["triggered"], effects.Done);
    });

    [Fact]
    public Task Pattern39_CriticalSection_TwoAreNeverInItAtATime() => Run<Critical>(static async (_, effects, w) =>
    {
        await w.ExecuteAsync("abc");
        Assert.Equal(["a in", "a out", "b in", "b out", "c in", "c out"], effects.Done);
    });

    private static Task Run<TWorkflow>(Func<Scenario, Effects, IWorkflowHandle<TWorkflow>, Task> script)
        where TWorkflow : Workflow => Scenario.RunAsync(s =>
    {
        var effects = new Effects(s);
        s.Host(o => o.AddWorkflow<TWorkflow>().AddActivities(effects));
        s.Script(() => script(s, effects, s.Env.Client.GetWorkflow<TWorkflow>("w")));
    });

    /// <summary>The environment chooses, by what comes first; nothing is chosen before.</summary>
    [Workflow("pattern-deferred")]
    public sealed class Deferred : Workflow<string, string>
    {
        private string? _came;

        [Signal]
        public void Mail() => _came ??= "mail";

        [Signal]
        public void Phone() => _came ??= "phone";

        public override async Task<string> RunAsync(string input)
        {
            await Context.WhenAsync(() => _came is not null, TimeSpan.FromDays(1));
            return await Context.Effects().DoAsync($"took {_came ?? "nothing"}");
        }
    }

    [Workflow("pattern-interleaved")]
    public sealed class Interleaved : Workflow<string, int>
    {
        public override async Task<int> RunAsync(string input)
        {
            var mutex = new WorkflowMutex();
            var (inside, most) = (0, 0);
            await WorkflowTasks.WhenAll(input.Select(async c =>
            {
                await Context.DelayAsync(TimeSpan.FromSeconds(c % 3));
                using var held = await mutex.LockAsync();
                most = Math.Max(most, ++inside);
                await Context.Effects().DoAsync($"{c}");
                inside--;
            }));
            return most;
        }
    }

    /// <summary>An offer that stands for two hours.</summary>
    [Workflow("pattern-offer")]
    public sealed class Offer : Workflow<string, string>
    {
        private bool _stands;
        private bool _taken;

        [UpdateValidator(nameof(Take))]
        public void CheckTake()
        {
            if (!_stands) throw new InvalidOperationException("the offer has expired");
        }

        [Update]
        public string Take()
        {
            _taken = true;
            return "taken";
        }

        public override async Task<string> RunAsync(string input)
        {
            _stands = true;
            await Context.WhenAsync(() => _taken, TimeSpan.FromHours(2));
            _stands = false;
            if (!_taken) await Context.DelayAsync(TimeSpan.FromHours(2));
            return _taken ? "taken" : "expired";
        }
    }

    [Workflow("pattern-regions")]
    public sealed class Regions : Workflow<string, string>
    {
        private CancellationScope? _region;

        [Signal]
        public void CancelRegion() => _region!.Cancel();

        public override async Task<string> RunAsync(string input)
        {
            await Context.Effects().DoAsync("before");
            using var region = _region = Context.CreateScope();
            var outside = Context.Effects().TakeAsync("outside", TimeSpan.FromHours(1), default);
            var inside = new[]
            {
                EndOfAsync(region.RunAsync(() => Context.Effects().TakeAsync("inside", TimeSpan.FromHours(2), default))),
                EndOfAsync(region.RunAsync(() => Context.DelayAsync(TimeSpan.FromHours(2)))),
            };
            await outside;
            var ends = await WorkflowTasks.WhenAll(inside);
            await Context.Effects().DoAsync("after");
            return string.Join(' ', ends);
        }

        private async Task<string> EndOfAsync(Task part)
        {
            try
            {
                await part;
                return "done";
            }
            catch (Canceled) when (!Context.CancellationToken.IsCancellationRequested)
            {
                return "canceled";
            }
        }
    }

    /// <summary>Waits for its trigger after an hour.</summary>
    [Workflow("pattern-triggers")]
    public sealed class Triggers : Workflow<string, string>
    {
        private int _pulls;

        [Signal]
        public void Pull() => _pulls++;

        public override async Task<string> RunAsync(string input)
        {
            await Context.DelayAsync(TimeSpan.FromHours(1));
            var before = input == "transient" ? _pulls : 0;
            await Context.WhenAsync(() => _pulls > before);
            return await Context.Effects().DoAsync("triggered");
        }
    }

    [Workflow("pattern-critical")]
    public sealed class Critical : Workflow<string, string>
    {
        public override async Task<string> RunAsync(string input)
        {
            var section = new WorkflowSemaphore(1);
            await WorkflowTasks.WhenAll(input.Select(async c =>
            {
                using var held = await section.EnterAsync();
                await Context.Effects().DoAsync($"{c} in");
                await Context.DelayAsync(TimeSpan.FromMinutes(1));
                await Context.Effects().DoAsync($"{c} out");
            }));
            return input;
        }
    }
}
