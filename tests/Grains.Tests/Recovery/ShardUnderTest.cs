using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Recovery;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Recovery;

/// <summary>A shard on a scheduler of its own, as in its grain, over an in-memory store and a clock of the test's.</summary>
internal sealed class ShardUnderTest : IDisposable
{
    public const int Number = 7;

    private readonly TaskFactory _scheduler = new(new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ITimer _timer;
    private readonly WakeGate _gate;
    private readonly Shard _shard;

    public ShardUnderTest(int width = 8, int places = 8, Action<ShardServices>? prepare = null)
    {
        _gate = new WakeGate(places) { SiloStartedAt = Time.GetUtcNow() };
        _timer = Time.CreateTimer(_ => Run(static s => s.Tick()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var services = new ShardServices
        {
            Store = Store,
            Live = Live,
            Gate = _gate,
            Options = new OrchestrationOptions { ConcurrentWakesPerShard = width },
            Time = Time,
            Instruments = new RecoveryInstruments(_services.GetRequiredService<IMeterFactory>()),
            Logger = NullLogger.Instance,
            WakeRun = wake =>
            {
                Woken.Enqueue((wake.Workflow, wake.AfterCrash, Time.GetUtcNow()));
                return WakeRun(wake.Workflow);
            },
            LocalKey = "local",
            LiveBuilds = () => Task.FromResult(Builds),
            BringsNewCode = silo => ValueTask.FromResult(Newcomers.Contains(silo)),
        };
        prepare?.Invoke(services);
        _shard = new Shard(Number, services, Arm);
    }

    public ManualTimeProvider Time { get; } = new();

    public InMemoryHistoryStore Store { get; } = new();

    public LiveRuns Live { get; } = new();

    public ConcurrentQueue<(string Workflow, bool AfterCrash, DateTimeOffset At)> Woken { get; } = new();

    /// <summary>What live silos host.</summary>
    public (string Silo, string Build)[] Builds { get; set; } = [];

    /// <summary>Silos whose code is new to the cluster; this one, unless a test says otherwise.</summary>
    public HashSet<string> Newcomers { get; } = ["local"];

    /// <summary>What a wake does; ends at once unless a test says otherwise.</summary>
    public Func<string, Task> WakeRun { get; set; } = static _ => Task.CompletedTask;

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>What its one timer was set to last.</summary>
    public TimeSpan? Armed { get; private set; }

    /// <summary>Sets its one timer, as its grain does.</summary>
    public void Arm(TimeSpan wait)
    {
        Armed = wait;
        _timer.Change(wait == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Does something on the shard's scheduler, and all that follows from it at once.</summary>
    public void Run(Action<Shard> action)
    {
        _scheduler.StartNew(() => action(_shard)).GetAwaiter().GetResult();
        Settle();
    }

    /// <summary>Moves the clock; what is due happens on the way.</summary>
    public void Advance(TimeSpan by) => Time.Advance(by);

    /// <summary>Lets continuations that stand in the shard's line run.</summary>
    public void Settle()
    {
        for (var i = 0; i < 5; i++) _scheduler.StartNew(static () => { }).GetAwaiter().GetResult();
    }

    /// <summary>How many runs the shard holds, asked on its scheduler.</summary>
    public int HeldHere => _shard.Held;

    public int Held() => _scheduler.StartNew(() => _shard.Held).GetAwaiter().GetResult();

    public async Task<(StoreKey Key, long Handle)> AddAsync(
        string id, RunState state, DateTimeOffset? wakeAt = null, string? detail = null)
    {
        var key = new StoreKey(new WorkflowKey(id), new RunId(Guid.NewGuid()));
        var result = await Store.AppendAsync(new AppendRequest
        {
            Key = key,
            ExpectedSequence = 0,
            TurnId = new TurnId(Guid.NewGuid(), 1),
            EventCount = 1,
            Format = 1,
            Body = "[]"u8.ToArray(),
            Header = new RunHeader("any", Number, Now, null),
            Summary = new RunSummary(WorkflowStatus.Running, state, wakeAt, Detail: detail),
        });
        return (key, result.Handle);
    }

    public Task WokenAsync(int count) => Eventually.EventuallyAsync(
        () => Task.FromResult(Woken.Count), actual => actual == count, $"{count} runs are woken");

    public void Dispose()
    {
        _scheduler.StartNew(_shard.Stop).GetAwaiter().GetResult();
        _timer.Dispose();
        _gate.Dispose();
        _services.Dispose();
    }
}
