using System.Net;
using System.Net.Sockets;
using Orchestration.Client;
using Orchestration.Workflows;

namespace Orchestration.Testing.Tests;

public sealed class VirtualTimeTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TestActivities _activities = new();

    [Fact]
    public async Task Sleep_ThirtyDays_PassesAtOnce()
    {
        await using var env = await StartAsync();
        var end = await env.Client.GetWorkflow<Sleeper>("a").ExecuteAsync(TimeSpan.FromDays(30));
        Assert.Equal(Start.AddDays(30), end);
        Assert.Equal(end, env.UtcNow);
    }

    [Fact]
    public async Task Activities_BetweenSleeps_TakeNoTime()
    {
        await using var env = await StartAsync();
        Assert.Equal(55, await env.Client.GetWorkflow<Adder>("a").ExecuteAsync(10));
        Assert.Equal(Start.AddHours(10), env.UtcNow);
    }

    [Fact]
    public async Task Timers_OfTwoWorkflows_AreServedInDueOrder()
    {
        var noted = new Noted();
        await using var env = await StartAsync(o => o.AddWorkflow<Noter>().AddActivities(noted));
        await env.Client.GetWorkflow<Noter>("odd").StartAsync(new("odd", [1, 3, 5, 7, 9]));
        await env.Client.GetWorkflow<Noter>("even").StartAsync(new("even", [2, 4, 6, 8, 10]));
        await env.Client.GetWorkflow<Noter>("even").GetResultAsync();
        Assert.Equal(["odd 1", "even 2", "odd 3", "even 4", "odd 5", "even 6", "odd 7", "even 8", "odd 9", "even 10"],
            noted.Notes);
    }

    [Fact]
    public async Task Clock_NobodyWaits_StandsStill()
    {
        await using var env = await StartAsync();
        await env.Client.GetWorkflow<Sleeper>("a").StartAsync(TimeSpan.FromSeconds(1));
        var description = await env.Client.GetWorkflow<Sleeper>("a").DescribeAsync();
        await env.IdleAsync();
        Assert.Equal(WorkflowStatus.Running, description.Status);
        Assert.Equal(Start, env.UtcNow);
        Assert.Equal(Start.AddSeconds(1), env.NextDue);
    }

    [Fact]
    public async Task Advance_ByHand_GoesSoFarAndNoFurther()
    {
        await using var env = await StartAsync(static o => o.AutoSkip = false);
        var sleeper = env.Client.GetWorkflow<Sleeper>("a");
        await sleeper.StartAsync(TimeSpan.FromHours(2));
        var result = sleeper.GetResultAsync();
        await env.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.False(result.IsCompleted);
        Assert.Equal(Start.AddHours(1), env.UtcNow);
        await env.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal(Start.AddHours(2), await result);
        Assert.Equal(Start.AddHours(2), env.UtcNow);
    }

    [Fact]
    public async Task HoldTime_WhileHeld_NothingFires()
    {
        await using var env = await StartAsync();
        var sleeper = env.Client.GetWorkflow<Sleeper>("a");
        await sleeper.StartAsync(TimeSpan.FromHours(2));
        Task<DateTimeOffset> result;
        using (env.HoldTime())
        {
            result = sleeper.GetResultAsync();
            await env.IdleAsync();
            Assert.Equal(Start, env.UtcNow);
        }

        Assert.Equal(Start.AddHours(2), await result);
    }

    [Fact]
    public async Task RunAsync_TestCodeBesideAWait_HoldsTheClock()
    {
        await using var env = await StartAsync();
        await env.RunAsync(async () =>
        {
            var sleeper = env.Client.GetWorkflow<Sleeper>("a");
            await sleeper.StartAsync(TimeSpan.FromDays(1));
            var result = sleeper.GetResultAsync();
            for (var i = 0; i < 100; i++) await sleeper.DescribeAsync();
            await sleeper.CancelAsync("not needed");
            var failed = await Assert.ThrowsAsync<WorkflowFailed>(() => result);
            Assert.Equal(WorkflowStatus.Canceled, failed.Status);
        });
    }

    /// <summary>Its activity talks to a real socket: the clock must not jump over its timeout meanwhile.</summary>
    [Fact]
    public async Task Activity_RealInputAndOutput_HoldsTheClock()
    {
        using var echo = new Echo();
        await using var env = await StartAsync(o => o.AddWorkflow<Talker>().AddActivities(echo));
        for (var i = 0; i < 20; i++)
        {
            var took = await env.Client.GetWorkflow<Talker>($"t{i}").ExecuteAsync(echo.Port);
            Assert.Equal(TimeSpan.Zero, took);
        }
    }

    [Fact]
    public async Task Activity_ThatWaitsForTheTest_IsTimedOutByTheClock()
    {
        var gate = new ActivityGate();
        await using var env = await StartAsync();
        env.Activities.Mock((ITestActivities a) => a.WaitAsync("")).Does(async call =>
        {
            await gate.WaitAsync(call.CancellationToken);
            return "passed";
        });
        var waiter = env.Client.GetWorkflow<Waiter>("w");
        await waiter.StartAsync("x");
        await gate.Reached;
        await env.AdvanceAsync(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
        var description = await waiter.DescribeAsync();
        Assert.Equal(2, Assert.Single(description.Activities).Attempt);
        gate.Open();
        Assert.Equal("passed", await waiter.GetResultAsync());
    }

    [Fact]
    public async Task Activity_RealWait_TimesOutWithTheWall()
    {
        await using var env = await StartAsync(static o => o.AddWorkflow<Impatient>());
        var failed = await Assert.ThrowsAsync<WorkflowFailed>(() => env.Client.GetWorkflow<Impatient>("i").ExecuteAsync("never"));
        Assert.IsType<TimedOut>(Assert.IsType<ActivityFailed>(failed.InnerException).InnerException);
    }

    private Task<WorkflowTestEnvironment> StartAsync(Action<WorkflowTestOptions>? configure = null) =>
        WorkflowTestEnvironment.StartAsync(o =>
        {
            o.AddWorkflow<Sleeper>().AddWorkflow<Adder>().AddWorkflow<Waiter>().AddActivities(_activities);
            configure?.Invoke(o);
        });

    private sealed class Echo : ITalk, IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public Echo()
        {
            _listener.Start();
            _ = ServeAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public async Task<int> TalkAsync(int port)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            await using var stream = client.GetStream();
            var one = new byte[1];
            for (var i = 0; i < 5; i++)
            {
                await stream.WriteAsync(one);
                await stream.ReadExactlyAsync(one);
            }

            return one[0];
        }

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync()
        {
            while (true)
            {
                using var served = await _listener.AcceptTcpClientAsync();
                await using var stream = served.GetStream();
                var one = new byte[1];
                while (await stream.ReadAsync(one) > 0)
                {
                    one[0]++;
                    await stream.WriteAsync(one);
                }
            }
        }
    }
}

public interface ITalk
{
    Task<int> TalkAsync(int port);
}

/// <summary>A timer of a second is set beside the activity: if the clock jumped, the timer would be first.</summary>
[Workflow("talker")]
public sealed class Talker : Workflow<int, TimeSpan>
{
    public override async Task<TimeSpan> RunAsync(int input)
    {
        var began = Context.UtcNow;
        var timer = Context.DelayAsync(TimeSpan.FromMinutes(10));
        var talk = Context.Activities<ITalk>(new() { StartToCloseTimeout = TimeSpan.FromHours(1) }).TalkAsync(input);
        await Task.WhenAny(talk, timer);
        return Context.UtcNow - began;
    }
}

[Workflow("impatient")]
public sealed class Impatient : Workflow<string, string>
{
    public override async Task<string> RunAsync(string input) => await Context.Activities<ITestActivities>(new()
    {
        StartToCloseTimeout = TimeSpan.FromMilliseconds(300),
        Retry = RetryPolicy.None,
    }).WaitAsync(input);
}
