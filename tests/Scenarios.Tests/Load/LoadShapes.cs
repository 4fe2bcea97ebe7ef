using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Load;

/// <summary>Shapes of load, each as small as still shows it.</summary>
public sealed class LoadShapes
{
    [Fact]
    public Task FailureAndRetryStorm_AllFailAtOnceAndAgain_AllEndAndNoneIsDoubled() => Scenario.RunAsync(static s =>
    {
        const int many = 40;
        var world = new Unsteady(s, failures: 4);
        s.CrashStep = 37;
        s.TakesAnyCourse = true;
        s.Host(o => o.AddWorkflow<Caller>().AddActivities(world).Engine(static e => e.MaximumConcurrentActivities = 3));
        s.Script(async () =>
        {
            var results = await Task.WhenAll(Enumerable.Range(0, many).Select(i =>
                s.Env.Client.GetWorkflow<Caller>($"w{i}").ExecuteAsync(i)));
            Assert.Equal(Enumerable.Range(0, many), results);
            Assert.Equal(many, world.Keys);
            if (!s.Crashes) Assert.Equal(many * 5, world.Attempts);
            Assert.InRange(world.Most, 1, s.Crashes ? 6 : 3); // a dead silo's go on beside those of the next
        });
    });

    [Fact]
    public Task StuckWorkflows_BesideOthers_HarmNobodyAndCanBeEnded() => Scenario.RunAsync(static s =>
    {
        var world = new Unsteady(s, failures: 0);
        s.NotReplayed = "the code of some throws what stalls them";
        s.CrashStep = 5;
        s.Host(o => o.AddWorkflow<Caller>().AddWorkflow<Buggy>().AddWorkflow<Forever>().AddActivities(world));
        s.Script(async () =>
        {
            for (var i = 0; i < 6; i++)
            {
                await s.Env.Client.GetWorkflow<Buggy>($"buggy{i}").StartAsync(i);
                await s.Env.Client.GetWorkflow<Forever>($"forever{i}").StartAsync(i);
            }

            var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
                s.Env.Client.GetWorkflow<Caller>($"w{i}").ExecuteAsync(i)));
            Assert.Equal(Enumerable.Range(0, 10), results);
            await s.Env.AdvanceAsync(TimeSpan.FromDays(30));
            var stalled = new WorkflowFilter { Status = WorkflowStatus.Stalled };
            await s.UntilAsync(async () => await s.Env.Client.ListAsync(stalled).CountAsync() == 6, "six stalls");
            Assert.Equal(6, await s.Env.Client.ListAsync(new() { Status = WorkflowStatus.Running }).CountAsync());
            await foreach (var run in s.Env.Client.ListAsync())
                if (run.ClosedAt is null) await s.Env.Client.GetWorkflow(run.WorkflowId).TerminateAsync("stuck");
            Assert.Equal(12, await s.Env.Client.ListAsync(new() { Status = WorkflowStatus.Terminated }).CountAsync());
        });
    });

    [Fact]
    public Task LongIdle_ManyForAYear_LeaveMemoryAndWakeInTime() => Scenario.RunAsync(static s =>
    {
        const int many = 60;
        s.CrashStep = 23;
        s.Host(static o => o.AddWorkflow<Idle>().Engine(static e => e.MaximumIdleWorkflows = 4));
        s.Script(async () =>
        {
            for (var i = 0; i < many; i++) await s.Env.Client.GetWorkflow<Idle>($"w{i}").StartAsync(TimeSpan.FromDays(365 + i));
            await s.Env.AdvanceAsync(TimeSpan.FromDays(100));
            for (var i = 0; i < many; i += 10) await s.Env.Client.GetWorkflow<Idle>($"w{i}").SignalAsync("Poke");
            for (var i = 0; i < many; i++)
            {
                var slept = await s.Env.Client.GetWorkflow<Idle>($"w{i}").GetResultAsync();
                Assert.Equal((TimeSpan.FromDays(365 + i), i % 10 == 0 ? 1 : 0), (slept.Time, slept.Pokes));
            }
        });
    });

    [Fact]
    public Task EbbAndFlow_WavesOfStartsAndSilence_AllEnd() => Scenario.RunAsync(static s =>
    {
        var world = new Unsteady(s, failures: 0);
        s.CrashStep = 17;
        s.TakesAnyCourse = true;
        s.Host(o => o.AddWorkflow<Caller>().AddActivities(world).Engine(static e => e.MaximumPendingStarts = 2));
        s.Script(async () =>
        {
            foreach (var wave in new[] { 1, 20, 3, 30 })
            {
                await Task.WhenAll(Enumerable.Range(0, wave).Select(i => ExecuteAsync(s, $"{wave}-{i}", i)));
                await s.Env.AdvanceAsync(TimeSpan.FromDays(2));
            }

            Assert.Equal(54, world.Keys);
            Assert.Equal(54, await s.Env.Client.ListAsync(new() { Status = WorkflowStatus.Completed }).CountAsync());
        });

        // A silo that is at its capacity says when to come again.
        static async Task ExecuteAsync(Scenario s, string id, int input)
        {
            while (true)
            {
                try
                {
                    await s.Env.Client.GetWorkflow<Caller>(id).ExecuteAsync(input);
                    return;
                }
                catch (SlowDown e)
                {
                    await s.Env.DelayAsync(e.RetryAfter);
                }
            }
        }
    });

    [Fact]
    public Task OutOfOrderSignals_WithNumbers_ArePutInOrderByCode() => Scenario.RunAsync(static s =>
    {
        s.Host(static o => o.AddWorkflow<Sorter>());
        s.Script(async () =>
        {
            var sorter = s.Env.Client.GetWorkflow<Sorter>("w");
            await sorter.StartAsync(8);
            foreach (var number in new[] { 3, 1, 0, 7, 2, 6, 5, 4 }) await sorter.SignalAsync("Hear", [number]);
            Assert.Equal("01234567", await sorter.GetResultAsync());
        });
    });

    /// <summary>Activities that fail so many times before they succeed.</summary>
    public interface IUnsteady
    {
        Task<int> CallAsync(int number);
    }

    public sealed class Unsteady(Scenario scenario, int failures) : IUnsteady
    {
        private readonly Lock _gate = new();
        private readonly HashSet<string> _keys = [];
        private int _attempts;
        private int _running;

        public int Attempts => Volatile.Read(ref _attempts);

        /// <summary>How many ran at once.</summary>
        public int Most { get; private set; }

        /// <summary>How many calls succeeded, as the world tells them apart.</summary>
        public int Keys
        {
            get { lock (_gate) return _keys.Count; }
        }

        public async Task<int> CallAsync(int number)
        {
            Interlocked.Increment(ref _attempts);
            lock (_gate) Most = Math.Max(Most, ++_running);
            try
            {
                await scenario.Env.DelayAsync(TimeSpan.FromSeconds(1));
                if (ActivityContext.Current.Attempt <= failures) throw new InvalidOperationException("overloaded");
                lock (_gate) _keys.Add(ActivityContext.Current.IdempotencyKey);
                return number;
            }
            finally
            {
                lock (_gate) _running--;
            }
        }
    }

    [Workflow("load-caller")]
    public sealed class Caller : Workflow<int, int>
    {
        public override Task<int> RunAsync(int input) => Context.Activities<IUnsteady>(Quick.Options).CallAsync(input);
    }

    [Workflow("load-buggy")]
    public sealed class Buggy : Workflow<int, int>
    {
        public override async Task<int> RunAsync(int input)
        {
            await Context.DelayAsync(TimeSpan.FromHours(input));
            throw new InvalidOperationException("a bug");
        }
    }

    [Workflow("load-forever")]
    public sealed class Forever : Workflow<int, int>
    {
        public override async Task<int> RunAsync(int input)
        {
            await Context.WhenAsync(static () => false);
            return input;
        }
    }

    public sealed record Slept(TimeSpan Time, int Pokes);

    [Workflow("load-idle")]
    public sealed class Idle : Workflow<TimeSpan, Slept>
    {
        private int _pokes;

        [Signal]
        public void Poke() => _pokes++;

        public override async Task<Slept> RunAsync(TimeSpan input)
        {
            var began = Context.UtcNow;
            await Context.DelayAsync(input);
            return new Slept(Context.UtcNow - began, _pokes);
        }
    }

    [Workflow("load-sorter")]
    public sealed class Sorter : Workflow<int, string>
    {
        private readonly SortedSet<int> _early = [];
        private string _heard = "";

        [Signal]
        public void Hear(int number)
        {
            _early.Add(number);
            while (_early.Remove(_heard.Length)) _heard += _heard.Length;
        }

        public override async Task<string> RunAsync(int input)
        {
            await Context.WhenAsync(() => _heard.Length >= input);
            return _heard;
        }
    }
}
