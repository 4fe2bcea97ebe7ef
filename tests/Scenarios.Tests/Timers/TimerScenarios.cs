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
        s.Script(async () => Assert.True(
            await s.Env.Client.GetWorkflow<Sleeper>("zero").ExecuteAsync(TimeSpan.Zero) < TimeSpan.FromSeconds(1)));
    });

    [Fact]
    public Task Timer_Negative_IsAnError() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<Negative>());
        s.Script(async () => Assert.Equal(
            nameof(ArgumentOutOfRangeException), await s.Env.Client.GetWorkflow<Negative>("negative").ExecuteAsync("")));
    });

    [Fact]
    public Task Timer_CancelledBeforeFiring_NeverFires() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<CancelledTimer>());
        s.Script(async () =>
        {
            var began = s.Env.UtcNow;
            Assert.Equal("cancelled", await s.Env.Client.GetWorkflow<CancelledTimer>("before").ExecuteAsync(false));
            Assert.True(s.Env.UtcNow - began < TimeSpan.FromDays(2));
        });
    });

    [Fact]
    public Task Timer_CancelledAfterFiring_StaysFired() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<CancelledTimer>());
        s.Script(async () => Assert.Equal(
            "fired", await s.Env.Client.GetWorkflow<CancelledTimer>("after").ExecuteAsync(true)));
    });

    [Fact]
    public Task Timers_FiveThousandAtOnce_AllFire() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<ManyTimers>());
        s.Script(async () => Assert.Equal(5_000, await s.Env.Client.GetWorkflow<ManyTimers>("many").ExecuteAsync(5_000)));
    });

    [Fact]
    public Task Timer_FarFuture_FiresAfterYears() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<Sleeper>());
        s.Script(async () =>
        {
            var years = TimeSpan.FromDays(3 * 365);
            Assert.Equal(years, await s.Env.Client.GetWorkflow<Sleeper>("years").ExecuteAsync(years));
        });
    });

    [Fact]
    public Task Timer_DurableAcrossRestart_FiresWhenDue() => Scenario.RunAsync(static s =>
    {
        s.OnDisk();
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

    [Fact]
    public Task Timer_DueWhileNoSiloIsUp_FiresAtTheStart() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<Sleeper>());
        s.Script(async () =>
        {
            var sleeper = s.Env.Client.GetWorkflow<Sleeper>("down");
            await sleeper.StartAsync(TimeSpan.FromDays(1));
            await s.Env.CrashAsync(downtime: TimeSpan.FromDays(2));

            // A start that is repeated costs some milliseconds before the silo goes down.
            Assert.InRange(await sleeper.GetResultAsync(), TimeSpan.FromDays(2), TimeSpan.FromDays(2) + TimeSpan.FromSeconds(1));
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

    [Workflow("scenario-negative-timer")]
    public sealed class Negative : Workflow<string, string>
    {
        public override async Task<string> RunAsync(string input)
        {
            try
            {
                await Context.DelayAsync(TimeSpan.FromSeconds(-1));
                return "no error";
            }
            catch (ArgumentOutOfRangeException e)
            {
                return e.GetType().Name;
            }
        }
    }

    /// <summary>Starts a timer of a day, and cancels it an hour before or after it fires.</summary>
    [Workflow("scenario-cancelled-timer")]
    public sealed class CancelledTimer : Workflow<bool, string>
    {
        public override async Task<string> RunAsync(bool input)
        {
            using var source = new CancellationTokenSource();
            var day = Context.DelayAsync(TimeSpan.FromDays(1), source.Token);
            await Context.DelayAsync(TimeSpan.FromHours(input ? 25 : 23));
            source.Cancel();
            try
            {
                await day;
                return "fired";
            }
            catch (Canceled)
            {
                return "cancelled";
            }
        }
    }

    [Workflow("scenario-many-timers")]
    public sealed class ManyTimers : Workflow<int, int>
    {
        public override async Task<int> RunAsync(int input)
        {
            var fired = 0;
            await Task.WhenAll(Enumerable.Range(0, input).Select(async i =>
            {
                await Context.DelayAsync(TimeSpan.FromSeconds(10 + (i % 7)));
                fired++;
            }));
            return fired;
        }
    }
}
