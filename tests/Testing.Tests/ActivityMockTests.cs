using Orchestration.Client;
using Orchestration.Testing.Activities;
using Orchestration.Workflows;

namespace Orchestration.Testing.Tests;

public sealed class ActivityMockTests
{
    [Fact]
    public async Task Mock_OfARealActivity_TakesItsPlace()
    {
        var real = new TestActivities();
        await using var env = await StartAsync(real);
        var add = env.Activities.Mock((ITestActivities a) => a.AddAsync(0, 0)).Returns(7);
        Assert.Equal(7, await env.Client.GetWorkflow<Adder>("a").ExecuteAsync(3));
        add.ShouldHaveRun(3);
        Assert.Equal([0, 1], add.Calls[0].Arguments);
        Assert.Equal([7, 2], add.Calls[1].Arguments);
        Assert.Empty(real.Calls);
    }

    [Fact]
    public async Task Mock_NothingHosted_IsHosted()
    {
        await using var env = await StartAsync();
        env.Activities.Mock((ITestActivities a) => a.AddAsync(0, 0)).Runs((int a, int b) => a + b);
        Assert.Equal(6, await env.Client.GetWorkflow<Adder>("a").ExecuteAsync(3));
    }

    [Fact]
    public async Task Runs_AsyncLambda_IsAwaited()
    {
        await using var env = await StartAsync();
        env.Activities.Mock((ITestActivities a) => a.AddAsync(0, 0)).Runs(async (int a, int b) =>
        {
            await Task.Yield();
            return a + b;
        });
        Assert.Equal(6, await env.Client.GetWorkflow<Adder>("a").ExecuteAsync(3));
    }

    [Fact]
    public async Task Runs_LambdaDoesNotFit_IsRefusedAtOnce()
    {
        await using var env = await StartAsync();
        var add = env.Activities.Mock((ITestActivities a) => a.AddAsync(0, 0));
        var parameters = Assert.Throws<InvalidRequest>(() => add.Runs((string a) => 1));
        Assert.Contains("takes (Int32, Int32)", parameters.Message, StringComparison.Ordinal);
        var result = Assert.Throws<InvalidRequest>(() => add.Runs((int a, int b) => ""));
        Assert.Contains("returns Int32", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FailsFirst_TwoAttempts_IsRetriedInVirtualTime()
    {
        await using var env = await StartAsync();
        var add = env.Activities.Mock((ITestActivities a) => a.AddAsync(0, 0))
            .FailsFirst(2, new InvalidOperationException("not now")).Runs((int a, int b) => a + b);
        var began = env.UtcNow;
        Assert.Equal(1, await env.Client.GetWorkflow<Adder>("a").ExecuteAsync(1));
        add.ShouldHaveRun(3);
        Assert.Equal([1, 2, 3], add.Calls.Select(static c => c.Attempt));
        Assert.Equal(began + TimeSpan.FromSeconds(3) + TimeSpan.FromHours(1), env.UtcNow);
    }

    [Fact]
    public async Task Hangs_UntilItsTimeout_TakesNoRealTime()
    {
        await using var env = await StartAsync();
        env.Activities.Mock((ITestActivities a) => a.WaitAsync("")).Once(async call =>
        {
            await call.DelayAsync(TimeSpan.FromDays(100));
            return "";
        }).Returns("second");
        Assert.Equal("second", await env.Client.GetWorkflow<Waiter>("w").ExecuteAsync("x"));
        Assert.True(env.UtcNow >= new DateTimeOffset(2030, 1, 2, 0, 0, 1, TimeSpan.Zero));
    }

    [Fact]
    public async Task Hangs_Cancelled_EndsAsCancelled()
    {
        await using var env = await StartAsync();
        env.Activities.Mock((ITestActivities a) => a.WaitAsync("")).Hangs();
        var waiter = env.Client.GetWorkflow<Waiter>("w");
        await waiter.StartAsync("x");
        await waiter.CancelAsync();
        var failed = await Assert.ThrowsAsync<WorkflowFailed>(() => waiter.GetResultAsync());
        Assert.Equal(WorkflowStatus.Canceled, failed.Status);
    }

    [Fact]
    public async Task Mock_ByName_GetsPayloads()
    {
        await using var env = await StartAsync();
        var add = env.Activities.Mock("TestActivities.Add").ReturnsObject(5);
        Assert.Equal(5, await env.Client.GetWorkflow<Adder>("a").ExecuteAsync(1));
        Assert.IsType<Payload>(add.Calls[0].Arguments[0]);
    }

    [Fact]
    public async Task Use_AnObject_DoesAllOfItsInterface()
    {
        var mine = new TestActivities();
        await using var env = await StartAsync(new TestActivities());
        env.Activities.Use<ITestActivities>(mine);
        Assert.Equal(3, await env.Client.GetWorkflow<Adder>("a").ExecuteAsync(2));
        Assert.Equal(2, mine.Calls.Count);
    }

    [Fact]
    public async Task ShouldHaveRun_OtherNumber_SaysWhatRan()
    {
        await using var env = await StartAsync();
        var add = env.Activities.Mock((ITestActivities a) => a.AddAsync(0, 0)).Returns(1);
        await env.Client.GetWorkflow<Adder>("adds").ExecuteAsync(2);
        var mismatch = Assert.Throws<ActivityMismatch>(() => add.ShouldHaveRun(1));
        Assert.Contains("2 times", mismatch.Message, StringComparison.Ordinal);
        Assert.Contains("adds", mismatch.Message, StringComparison.Ordinal);
        Assert.Contains("(1, 2)", mismatch.Message, StringComparison.Ordinal);
    }

    private static Task<WorkflowTestEnvironment> StartAsync(TestActivities? activities = null) =>
        WorkflowTestEnvironment.StartAsync(o =>
        {
            o.AddWorkflow<Adder>().AddWorkflow<Waiter>();
            if (activities is not null) o.AddActivities(activities);
        });
}
