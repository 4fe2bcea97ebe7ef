using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Children;

public sealed class ChildRetryScenarios
{
    [Fact]
    public Task Child_Retry_RunsItAgainAsANewRunWithBackOff() => Run(static s => s.Script(async () =>
    {
        Assert.Equal("run 3", (await ExecuteAsync(s, new(2, new()))).Result);
        var runs = await s.Env.Client.ListAsync(new() { IdPrefix = "kid" }).ToListAsync();
        Assert.Equal(
            [WorkflowStatus.Failed, WorkflowStatus.Failed, WorkflowStatus.Completed],
            runs.OrderBy(static r => r.StartedAt).Select(static r => r.Status));
    }));

    [Fact]
    public Task Child_RetryWithBackOff_WaitsAsItsPolicySays() => Run(static s => s.OnDisk().Script(async () =>
    {
        var policy = new RetryPolicy { InitialInterval = TimeSpan.FromHours(1), MaximumInterval = TimeSpan.FromHours(3) };
        var told = await ExecuteAsync(s, new(3, policy));
        Assert.Equal("run 4", told.Result);

        // 1 h, 2 h and 3 h; what a crash costs comes on top and is little.
        Assert.InRange(told.Took, TimeSpan.FromHours(6), TimeSpan.FromHours(6) + TimeSpan.FromMinutes(1));
    }));

    [Fact]
    public Task Child_RetryAttemptsUsedUp_FailsWithTheLastFailure() => Run(static s => s.Script(async () =>
    {
        var told = await ExecuteAsync(s, new(9, new() { MaximumAttempts = 3 }));
        Assert.Equal("Failed: run 3 fails", told.Result);
        Assert.Equal(3, await s.Env.Client.ListAsync(new() { IdPrefix = "kid" }).CountAsync());
    }));

    [Fact]
    public Task Child_RetryOfANonRetryableFailure_IsNotMade() => Run(static s => s.Script(async () =>
    {
        var told = await ExecuteAsync(s, new(9, new() { NonRetryableErrorTypes = ["Flaky"] }));
        Assert.Equal("Failed: run 1 fails", told.Result);
        Assert.Equal(1, await s.Env.Client.ListAsync(new() { IdPrefix = "kid" }).CountAsync());
    }));

    [Fact]
    public Task Child_CancelledWhileItWaitsForItsNextRun_IsNotRunAgain() => Run(static s => s.Script(async () =>
    {
        var parent = s.Env.Client.GetWorkflow<Retrying>("p");
        await parent.StartAsync(new(9, new() { InitialInterval = TimeSpan.FromDays(9) }));
        await s.UntilAsync(
            async () => await s.Env.Client.ListAsync(new() { IdPrefix = "kid", Status = WorkflowStatus.Failed }).AnyAsync(),
            "the child's failure");
        await parent.CancelAsync("not worth it");
        var failed = await Assert.ThrowsAsync<WorkflowFailed>(() => parent.GetResultAsync());
        Assert.Equal(WorkflowStatus.Canceled, failed.Status);
        await s.Env.AdvanceAsync(TimeSpan.FromDays(10));
        Assert.Equal(1, await s.Env.Client.ListAsync(new() { IdPrefix = "kid" }).CountAsync());
    }));

    private static Task Run(Action<Scenario> define) => Scenario.RunAsync(s =>
    {
        var runs = new Runs();
        s.Host(o => o.AddWorkflow<Retrying>().AddWorkflow<Flaky>().AddActivities(runs));
        define(s);
    });

    private static Task<Told> ExecuteAsync(Scenario s, Trying input) =>
        s.Env.Client.GetWorkflow<Retrying>("p").ExecuteAsync(input);

    public sealed record Trying(int Failures, RetryPolicy Retry);

    public sealed record Told(string Result, TimeSpan Took);

    [Workflow("scenario-retrying-parent")]
    public sealed class Retrying : Workflow<Trying, Told>
    {
        public override async Task<Told> RunAsync(Trying input)
        {
            var began = Context.UtcNow;
            try
            {
                var result = await Context.Child<Flaky>("kid", new() { Retry = input.Retry }).ExecuteAsync(input.Failures);
                return new Told(result, Context.UtcNow - began);
            }
            catch (ChildWorkflowFailed e)
            {
                return new Told($"{e.Status}: {e.InnerException!.Message}", Context.UtcNow - began);
            }
        }
    }

    /// <summary>Fails in its first runs. It knows its number by what the runs before it left in the world.</summary>
    [Workflow("scenario-flaky-child")]
    public sealed class Flaky : Workflow<int, string>
    {
        public override async Task<string> RunAsync(int input)
        {
            var number = await Context.Activities<IRuns>(Quick.Options).NumberAsync();
            return number <= input ? throw new ApplicationFailure($"run {number} fails", "Flaky") : $"run {number}";
        }
    }

    public interface IRuns
    {
        Task<int> NumberAsync();
    }

    public sealed class Runs : IRuns
    {
        private readonly Lock _gate = new();
        private readonly List<RunId> _runs = [];

        public Task<int> NumberAsync()
        {
            lock (_gate)
            {
                if (!_runs.Contains(ActivityContext.Current.RunId)) _runs.Add(ActivityContext.Current.RunId);
                return Task.FromResult(_runs.IndexOf(ActivityContext.Current.RunId) + 1);
            }
        }
    }
}
