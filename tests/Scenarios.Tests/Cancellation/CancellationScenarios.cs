using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Cancellation;

public sealed class CancellationScenarios
{
    [Fact]
    public Task Cancel_CooperativeToken_CodeDecidesHowTheRunEnds() => Run(static (s, effects) => s.Script(async () =>
    {
        var yields = await CanceledAsync(s, "yields");
        Assert.Equal(
            WorkflowStatus.Canceled, (await Assert.ThrowsAsync<WorkflowFailed>(() => yields.GetResultAsync())).Status);
        Assert.Equal("ended in order", await (await CanceledAsync(s, "ends in order")).GetResultAsync());
        Assert.Equal("woke", await (await CanceledAsync(s, "ignores it")).GetResultAsync());
        var fails = await CanceledAsync(s, "fails");
        var failed = await Assert.ThrowsAsync<WorkflowFailed>(() => fails.GetResultAsync());
        Assert.Equal((WorkflowStatus.Failed, "as told"), (failed.Status, failed.InnerException!.Message));
    }));

    [Fact]
    public Task Cancel_DetachedScopes_CleanUpGoesOnToItsEnd() => Run(static (s, effects) => s.OnDisk().Script(async () =>
    {
        var began = s.Env.UtcNow;
        var cleaner = s.Env.Client.GetWorkflow<Cleaner>("w");
        await cleaner.StartAsync("");
        await s.UntilAsync(async () => (await cleaner.DescribeAsync()).Timers.Length > 0, "the wait");
        await cleaner.CancelAsync("enough");
        await cleaner.CancelAsync("and once more, which changes nothing");
        var ended = await Assert.ThrowsAsync<WorkflowFailed>(() => cleaner.GetResultAsync());
        Assert.Equal(WorkflowStatus.Canceled, ended.Status);
        Assert.Equal(["reserved", "released", "told"], effects.Done);
        Assert.InRange(s.Env.UtcNow - began, TimeSpan.FromHours(3), TimeSpan.FromHours(3) + TimeSpan.FromMinutes(1));
    }));

    [Fact]
    public Task Cancel_OneScope_LeavesTheOthersAlone() => Run(static (s, effects) => s.Script(async () =>
    {
        var ends = await s.Env.Client.GetWorkflow<Scopes>("w").ExecuteAsync("");
        Assert.Equal(["left: canceled", "right: went", "outer: canceled"], ends);
        Assert.Equal(["right"], effects.Done);
    }));

    [Fact]
    public Task Cancel_BeforeTheFirstCommand_NothingIsCalled() => Run(static (s, effects) => s.Script(async () =>
    {
        Assert.Equal("timer activity child external", await s.Env.Client.GetWorkflow<Late>("w").ExecuteAsync(""));
        Assert.Empty(effects.Done);
        Assert.Equal(1, await s.Env.Client.ListAsync().CountAsync());
    }));

    [Fact]
    public Task Cancel_OfAClosedRun_ChangesNothing() => Run(static (s, _) => s.Script(async () =>
    {
        var patient = s.Env.Client.GetWorkflow<Reacts>("ended");
        await patient.ExecuteAsync("ignores it");
        var length = (await patient.DescribeAsync()).HistoryLength;
        await patient.CancelAsync();
        await patient.TerminateAsync();
        var after = await patient.DescribeAsync();
        Assert.Equal((length, WorkflowStatus.Completed), (after.HistoryLength, after.Status));
    }));

    [Fact]
    public Task Cancel_AnotherWorkflow_ReachesItOnce() => Run(static (s, _) => s.Script(async () =>
    {
        var other = s.Env.Client.GetWorkflow<Reacts>("other");
        await other.StartAsync("yields");
        Assert.Equal("requested NotFound Closed", await s.Env.Client.GetWorkflow<CancelsOthers>("w").ExecuteAsync("other"));
        Assert.Equal(
            WorkflowStatus.Canceled, (await Assert.ThrowsAsync<WorkflowFailed>(() => other.GetResultAsync())).Status);
        var requests = 0;
        await foreach (var e in other.GetHistoryAsync())
            if (e.Type.Contains("cancel-requested", StringComparison.Ordinal)) requests++;
        Assert.Equal(1, requests);
    }));

    [Fact]
    public Task Cancel_WhileCompensating_EveryCompensationRuns() => Run(static (s, effects) => s.Script(async () =>
    {
        var trip = s.Env.Client.GetWorkflow<Trip>("w");
        await trip.StartAsync("");
        await s.UntilAsync(
            async () => (await trip.DescribeAsync()).Compensations.Any(static c => c.State == "Running"), "undoing");
        await trip.CancelAsync("too late");
        var ended = await Assert.ThrowsAsync<WorkflowFailed>(() => trip.GetResultAsync());
        Assert.Equal(WorkflowStatus.Failed, ended.Status);
        Assert.Equal(["hotel", "flight", "undo flight", "undo hotel"], effects.Done);
    }));

    private static Task Run(Action<Scenario, Effects> define) => Scenario.RunAsync(s =>
    {
        var effects = new Effects(s);
        s.Host(o => o.AddWorkflow<Reacts>().AddWorkflow<Cleaner>().AddWorkflow<Scopes>().AddWorkflow<Late>()
            .AddWorkflow<CancelsOthers>().AddWorkflow<Trip>().AddActivities(effects));
        define(s, effects);
    });

    private static async Task<IWorkflowHandle<Reacts>> CanceledAsync(Scenario s, string how)
    {
        var handle = s.Env.Client.GetWorkflow<Reacts>(how);
        await handle.StartAsync(how);
        await handle.CancelAsync("enough");
        if (how == "ignores it") Assert.True((await handle.DescribeAsync()).CancelRequested);
        return handle;
    }

    [Workflow("scenario-reacts")]
    public sealed class Reacts : Workflow<string, string>
    {
        public override async Task<string> RunAsync(string input)
        {
            try
            {
                CancellationToken? token = input == "ignores it" ? CancellationToken.None : null;
                await Context.DelayAsync(TimeSpan.FromDays(1), token);
                return "woke";
            }
            catch (Canceled) when (input == "ends in order")
            {
                return "ended in order";
            }
            catch (Canceled) when (input == "fails")
            {
                throw new ApplicationFailure("as told");
            }
        }
    }

    [Workflow("scenario-cleaner")]
    public sealed class Cleaner : Workflow<string, string>
    {
        public override async Task<string> RunAsync(string input)
        {
            await Context.Effects().DoAsync("reserved");
            try
            {
                await Context.DelayAsync(TimeSpan.FromDays(1));
                return "woke";
            }
            finally
            {
                await Context.DetachedAsync(async () =>
                {
                    await Context.DelayAsync(TimeSpan.FromHours(3));
                    await Context.Effects().DoAsync("released");
                });
                using var scope = Context.CreateDetachedScope();
                await scope.RunAsync(() => Context.Effects().DoAsync("told"));
            }
        }
    }

    [Workflow("scenario-scopes")]
    public sealed class Scopes : Workflow<string, string[]>
    {
        public override async Task<string[]> RunAsync(string input)
        {
            using var left = Context.CreateScope();
            using var right = Context.CreateScope();
            using var outer = CancellationTokenSource.CreateLinkedTokenSource(left.Token, Context.CancellationToken);
            var all = new[]
            {
                TellAsync("left", left.RunAsync(() => Context.DelayAsync(TimeSpan.FromDays(1)))),
                TellAsync("right", right.RunAsync(async () =>
                {
                    await Context.DelayAsync(TimeSpan.FromHours(1));
                    await Context.Effects().DoAsync("right");
                })),
                TellAsync("outer", Context.WhenAsync(static () => false, outer.Token)),
            };
            await Context.DelayAsync(TimeSpan.FromMinutes(1));
            left.Cancel();
            return await WorkflowTasks.WhenAll(all);
        }

        private static async Task<string> TellAsync(string name, Task task)
        {
            try
            {
                await task;
                return $"{name}: went";
            }
            catch (Canceled)
            {
                return $"{name}: canceled";
            }
        }
    }

    /// <summary>Asks for everything in a scope that is cancelled already.</summary>
    [Workflow("scenario-late")]
    public sealed class Late : Workflow<string, string>
    {
        public override async Task<string> RunAsync(string input)
        {
            using var scope = Context.CreateScope();
            scope.Cancel();
            var refused = new List<string>();
            await scope.RunAsync(async () =>
            {
                await TryAsync("timer", () => Context.DelayAsync(TimeSpan.FromDays(1)));
                await TryAsync("activity", () => Context.Effects().DoAsync("never"));
                await TryAsync("child", () => Context.Child<Reacts>("kid").ExecuteAsync("yields"));
                await TryAsync("external", () => Context.WhenAsync(static () => false));
            });
            return string.Join(' ', refused);

            async Task TryAsync(string what, Func<Task> code)
            {
                try
                {
                    await code();
                }
                catch (Canceled)
                {
                    refused.Add(what);
                }
            }
        }
    }

    [Workflow("scenario-cancels-others")]
    public sealed class CancelsOthers : Workflow<string, string>
    {
        public override async Task<string> RunAsync(string input)
        {
            var other = Context.GetExternalWorkflow(input);
            await other.CancelAsync("enough");
            var seen = "requested";
            foreach (var workflow in new[] { Context.GetExternalWorkflow("nobody"), other })
            {
                await Context.DelayAsync(TimeSpan.FromMinutes(1)); // the other one ends meanwhile
                try
                {
                    await workflow.CancelAsync();
                    seen += " requested";
                }
                catch (ExternalWorkflowFailed e)
                {
                    seen += $" {e.Problem}";
                }
            }

            return seen;
        }
    }

    [Workflow("scenario-slow-undo")]
    public sealed class Trip : Workflow<string, string>
    {
        public override Task<string> RunAsync(string input) => Context.SagaAsync<string>(async saga =>
        {
            foreach (var what in new[] { "hotel", "flight" })
            {
                saga.Compensate(
                    async () =>
                    {
                        await Context.DelayAsync(TimeSpan.FromHours(1));
                        await Context.Effects().DoAsync($"undo {what}");
                    },
                    what);
                await Context.Effects().DoAsync(what);
            }

            throw new ApplicationFailure("no car left");
        });
    }
}
