using System.Globalization;
using Orchestration.Client;
using Orchestration.Workflows;

namespace Orchestration.Testing.Tests;

/// <summary>Every test of every author stands on this: the clock never jumps while something is still going on.</summary>
public sealed class StressTests
{
    /// <summary>
    /// Each note tells the time at which it was asked for; were the clock to jump while one is still under way, one with a later
    /// time could come before it, or it would come at a time that is not its own.
    /// </summary>
    [Theory]
    [InlineData(1_000, 3)]
    public async Task RandomTimers_ManyWorkflows_AreServedInOrder(int workflows, int steps)
    {
        var noted = new Noted();
        await using var env = await StartAsync(noted);
        for (var i = 0; i < workflows; i++) await env.Client.GetWorkflow<Rambler>($"r{i}").StartAsync(steps);
        await Task.WhenAll(Enumerable.Range(0, workflows).Select(i => env.Client.GetWorkflow<Rambler>($"r{i}").GetResultAsync()));
        Assert.Equal(workflows * steps, noted.Notes.Count);
        var times = noted.Notes.Select(static n => long.Parse(n, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(times.Order(), times);
    }

    /// <summary>Short and often, on threads that compete: what goes wrong once in a thousand goes wrong here.</summary>
    [Fact]
    public async Task SmallRuns_ThousandsOfTimes_TakeExactlyTheirTime()
    {
        var noted = new Noted();
        await using var env = await StartAsync(noted);
        for (var i = 0; i < 2_000; i++)
        {
            var began = env.UtcNow;
            await env.Client.GetWorkflow<Noter>($"n{i}").ExecuteAsync(new("n", [1, 2]));
            Assert.Equal(began.AddHours(2), env.UtcNow);
        }

        Assert.Equal(4_000, noted.Notes.Count);
    }

    /// <summary>A call between two steps comes in time, though another caller waits for the end of the sleep.</summary>
    [Fact]
    public async Task CallsOneAfterTheOther_BesideAWait_AllComeInTime()
    {
        await using var env = await StartAsync(new Noted());
        for (var i = 0; i < 300; i++)
        {
            var sleeper = env.Client.GetWorkflow<Sleeper>($"s{i}");
            await env.RunAsync(async () =>
            {
                await sleeper.StartAsync(TimeSpan.FromSeconds(1));
                var result = sleeper.GetResultAsync();
                await sleeper.DescribeAsync();
                await sleeper.CancelAsync();
                await Assert.ThrowsAsync<WorkflowFailed>(() => result);
            });
        }

        Assert.Equal(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero), env.UtcNow);
    }

    private static Task<WorkflowTestEnvironment> StartAsync(Noted noted) => WorkflowTestEnvironment.StartAsync(o =>
        o.AddWorkflow<Rambler>().AddWorkflow<Noter>().AddWorkflow<Sleeper>().AddActivities(noted));
}
