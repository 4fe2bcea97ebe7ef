using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Timers;

public sealed class TimerScenarios
{
    [Fact]
    public Task Timer_Zero_FiresAtOnce() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<Sleeper>());
        s.Script(async () => Assert.Equal(
            TimeSpan.Zero, await s.Env.Client.GetWorkflow<Sleeper>("zero").ExecuteAsync(TimeSpan.Zero)));
    });

    [Fact]
    public Task Timer_DurableAcrossRestart_FiresWhenDue() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<Sleeper>());
        s.Script(async () =>
        {
            var sleeper = s.Env.Client.GetWorkflow<Sleeper>("restart");
            await sleeper.StartAsync(TimeSpan.FromDays(30));
            await s.Env.AdvanceAsync(TimeSpan.FromDays(10));
            await s.Env.RestartAsync();
            await s.Env.CrashAsync(downtime: TimeSpan.FromDays(3));
            Assert.Equal(TimeSpan.FromDays(30), await sleeper.GetResultAsync());
        });
    });

    [Workflow("scenario-sleeper")]
    public sealed class Sleeper : Workflow<TimeSpan, TimeSpan>
    {
        public override async Task<TimeSpan> RunAsync(TimeSpan input)
        {
            var began = Context.UtcNow;
            await Context.DelayAsync(input);
            return Context.UtcNow - began;
        }
    }
}
