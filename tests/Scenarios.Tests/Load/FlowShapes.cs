using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Load;

/// <summary>Shapes of load that never pause, and bounds so small that everything waits for something.</summary>
public sealed class FlowShapes
{
    [Fact]
    public Task SteadyThroughput_StartsEachSecondForMinutes_NoBacklogGrows() => Scenario.RunAsync(static s =>
    {
        const int seconds = 90;
        s.CrashStep = 61;
        s.TakesAnyCourse = true;
        var effects = new Effects(s);
        s.Host(o => o.AddWorkflow<TwoSteps>().AddActivities(effects));
        s.Script(async () =>
        {
            var most = 0;
            var running = new WorkflowFilter { Status = WorkflowStatus.Running };
            for (var second = 0; second < seconds; second++)
            {
                await s.Env.Client.GetWorkflow<TwoSteps>($"w{second}").StartAsync(second);
                if (second % 10 == 9) most = Math.Max(most, await s.Env.Client.ListAsync(running).CountAsync());
                await s.Env.AdvanceAsync(TimeSpan.FromSeconds(1));
            }

            for (var i = 0; i < seconds; i++)
                Assert.Equal($"b{i}", await s.Env.Client.GetWorkflow<TwoSteps>($"w{i}").GetResultAsync());
            Assert.Equal(2 * seconds, effects.Done.Count);

            // Each takes four seconds, so four of them run at a time, however many have been started. A crash begins attempts
            // anew.
            Assert.InRange(most, 1, s.Crashes ? 10 : 5);
        });
    });

    [Fact]
    public Task TinyQueues_EverythingWaitsForSomething_AllEnd() => Scenario.RunAsync(static s =>
    {
        const int many = 20;
        s.CrashStep = 19;
        s.TakesAnyCourse = true;
        var effects = new Effects(s);
        s.Host(o => o.AddWorkflow<TwoSteps>().AddActivities(effects).Engine(static e =>
        {
            e.MaximumPendingStarts = 1;
            e.MaximumConcurrentActivities = 1;
            e.MaximumIdleWorkflows = 1;
        }));
        s.Script(async () =>
        {
            var results = await Task.WhenAll(Enumerable.Range(0, many).Select(async i =>
            {
                var workflow = s.Env.Client.GetWorkflow<TwoSteps>($"w{i}");
                while (true)
                {
                    try
                    {
                        return await workflow.ExecuteAsync(i);
                    }
                    catch (SlowDown e)
                    {
                        await s.Env.DelayAsync(e.RetryAfter);
                    }
                }
            }));
            Assert.Equal(Enumerable.Range(0, many).Select(static i => $"b{i}"), results);
            Assert.Equal(2 * many, effects.Done.Count);
        });
    });

    [Workflow("load-two-steps")]
    public sealed class TwoSteps : Workflow<int, string>
    {
        public override async Task<string> RunAsync(int input)
        {
            await Context.Effects().TakeAsync($"a{input}", TimeSpan.FromSeconds(2), default);
            return await Context.Effects().TakeAsync($"b{input}", TimeSpan.FromSeconds(2), default);
        }
    }
}
