using Orchestration.Client;
using Orchestration.Storage.Sqlite;
using Orchestration.Workflows;

namespace Orchestration.Testing.Tests;

public sealed class SiloLifeTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Crash_InTheMidstOfASleep_WakesWhenDue()
    {
        await using var env = await StartAsync();
        var sleeper = env.Client.GetWorkflow<Sleeper>("a");
        await sleeper.StartAsync(TimeSpan.FromDays(30));
        await env.AdvanceAsync(TimeSpan.FromDays(10));
        await env.CrashAsync();
        Assert.Equal(Start.AddDays(30), await sleeper.GetResultAsync());
    }

    [Fact]
    public async Task Crash_DownWhenTheTimerIsDue_FiresAtTheStart()
    {
        await using var env = await StartAsync();
        var sleeper = env.Client.GetWorkflow<Sleeper>("a");
        await sleeper.StartAsync(TimeSpan.FromDays(1));
        await env.CrashAsync(downtime: TimeSpan.FromDays(3));
        Assert.Equal(Start.AddDays(3), await sleeper.GetResultAsync());
    }

    [Fact]
    public async Task Crash_WhileAnActivityRuns_ItIsRunAgain()
    {
        var gate = new ActivityGate();
        await using var env = await StartAsync();
        var mock = env.Activities.Mock((ITestActivities a) => a.WaitAsync(""));
        mock.Once(async call =>
        {
            await gate.WaitAsync(call.CancellationToken);
            return "the first";
        });
        mock.Returns(static call => $"attempt {call.Attempt}");
        var waiter = env.Client.GetWorkflow<Waiter>("w");
        await waiter.StartAsync("x");
        await gate.Reached;
        await env.CrashAsync();
        gate.Open();
        Assert.Equal("attempt 2", await waiter.GetResultAsync());
    }

    [Fact]
    public async Task Crash_WhileAClientWaits_ItsWaitGoesOn()
    {
        await using var env = await StartAsync();
        var sleeper = env.Client.GetWorkflow<Sleeper>("a");
        await sleeper.StartAsync(TimeSpan.FromDays(30));
        Task<DateTimeOffset> result;
        using (env.HoldTime())
        {
            result = sleeper.GetResultAsync();
            await env.IdleAsync();
            await env.CrashAsync();
        }

        Assert.Equal(Start.AddDays(30), await result);
    }

    [Fact]
    public async Task Restart_WhileAnActivityRuns_TellsItAndRunsItAgain()
    {
        var gate = new ActivityGate();
        await using var env = await StartAsync();
        var mock = env.Activities.Mock((ITestActivities a) => a.WaitAsync(""));
        mock.Once(async call =>
        {
            await gate.WaitAsync(call.CancellationToken);
            return "";
        });
        mock.Returns(static call => $"attempt {call.Attempt}");
        var waiter = env.Client.GetWorkflow<Waiter>("w");
        await waiter.StartAsync("x");
        await gate.Reached;
        await env.RestartAsync();
        Assert.Equal("attempt 2", await waiter.GetResultAsync());
        Assert.Equal(0, gate.Waiting);
    }

    [Fact]
    public async Task Sqlite_AsTheStore_OutlivesTheEnvironment()
    {
        var folder = Directory.CreateTempSubdirectory();
        var file = new SqliteStoreOptions { Path = Path.Combine(folder.FullName, "histories.db") };
        try
        {
            await using (var stores = await SqliteStores.OpenAsync(file))
            {
                await using var env = await StartAsync(o => o.Store = stores.History);
                await env.Client.GetWorkflow<Sleeper>("a").StartAsync(TimeSpan.FromDays(30));
            }

            await using (var stores = await SqliteStores.OpenAsync(file))
            {
                await using var env = await StartAsync(o => o.Store = stores.History);
                Assert.Equal(Start.AddDays(30), await env.Client.GetWorkflow<Sleeper>("a").GetResultAsync());
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<WorkflowTestEnvironment> StartAsync(Action<WorkflowTestOptions>? configure = null) =>
        WorkflowTestEnvironment.StartAsync(o =>
        {
            o.AddWorkflow<Sleeper>().AddWorkflow<Waiter>();
            configure?.Invoke(o);
        });
}
