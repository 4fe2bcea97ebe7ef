using System.Diagnostics;
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
        var began = Stopwatch.GetTimestamp();
        var end = await env.Client.GetWorkflow<Sleeper>("a").ExecuteAsync(TimeSpan.FromDays(30));
        Assert.Equal(Start.AddDays(30), end);
        Assert.Equal(end, env.UtcNow);
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Activities_BetweenSleeps_TakeNoTime()
    {
        await using var env = await StartAsync();
        Assert.Equal(55, await env.Client.GetWorkflow<Adder>("a").ExecuteAsync(10));
        Assert.Equal(Start.AddHours(10), env.UtcNow);
    }

    private Task<WorkflowTestEnvironment> StartAsync(Action<WorkflowTestOptions>? configure = null) =>
        WorkflowTestEnvironment.StartAsync(o =>
        {
            o.AddWorkflow<Sleeper>().AddWorkflow<Adder>().AddWorkflow<Waiter>().AddActivities(_activities);
            configure?.Invoke(o);
        });
}
