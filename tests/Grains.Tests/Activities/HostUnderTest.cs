using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestration.Grains.Activities;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Activities;

public interface IJobs
{
    Task<int> AddAsync(int a, int b);

    Task<string> HoldAsync(string key, CancellationToken cancellationToken);

    Task<string> IgnoreAsync(string key);

    Task FailAsync(string message);

    Task<byte[]> FillAsync(int bytes);

    Task<string> ResumeAsync(string key);

    Task TimeOutItselfAsync();
}

/// <summary>What jobs did and wait for.</summary>
public sealed class Jobsite
{
    public ConcurrentQueue<string> Begun { get; } = new();

    public ConcurrentDictionary<string, ActivityContext> Contexts { get; } = new();

    public ConcurrentDictionary<string, TaskCompletionSource<string>> Holds { get; } = new();

    public TaskCompletionSource<string> Hold(string key) =>
        Holds.GetOrAdd(key, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}

public sealed class Jobs(Jobsite site, ActivityContext context) : IJobs
{
    public Task<int> AddAsync(int a, int b)
    {
        site.Begun.Enqueue($"{a}+{b}");
        return Task.FromResult(a + b);
    }

    public async Task<string> HoldAsync(string key, CancellationToken cancellationToken)
    {
        Begin(key);
        return await site.Hold(key).Task.WaitAsync(cancellationToken);
    }

    public async Task<string> IgnoreAsync(string key)
    {
        Begin(key);
        return await site.Hold(key).Task;
    }

    public Task FailAsync(string message) => throw new InvalidOperationException(message);

    public Task<byte[]> FillAsync(int bytes) => Task.FromResult(new byte[bytes]);

    public async Task<string> ResumeAsync(string key)
    {
        if (context.TryGetHeartbeatDetails<int>(out var from)) return $"from {from}";
        Begin(key);
        return await site.Hold(key).Task.WaitAsync(context.CancellationToken);
    }

    public Task TimeOutItselfAsync() => throw new TaskCanceledException("too slow");

    private void Begin(string key)
    {
        site.Contexts[key] = context;
        site.Begun.Enqueue(key);
    }
}

/// <summary>An activity host over scripted runs, an in-memory store and a clock of the test's.</summary>
internal sealed class HostUnderTest : IDisposable
{
    public static readonly Guid RunId = Guid.Parse("11111111-2222-3333-4444-555555555555");

    private readonly ServiceProvider _services;

    public HostUnderTest(int slots = 100, int waiting = 100_000, int payloadLimit = 1_000_000)
    {
        var services = new ServiceCollection();
        services.AddMetrics();
        services.AddSingleton(Site);
        services.AddScoped<ActivityContext>(static _ => ActivityContext.Current);
        _services = services.BuildServiceProvider();
        var options = new OrchestrationOptions
        {
            MaximumConcurrentActivities = slots, MaximumWaitingActivities = waiting, MaximumPayloadBytes = payloadLimit,
        };
        Host = new ActivityHost(
            new ActivityCatalog([typeof(Jobs)], _services.GetRequiredService<IServiceProviderIsService>()), Store, _ =>
                Runs.ReportAsync, _services, options, Time,
            new ActivityInstruments(_services.GetRequiredService<IMeterFactory>()), NullLogger.Instance);
    }

    public ManualTimeProvider Time { get; } = new();

    public InMemoryHistoryStore Store { get; } = new();

    public ScriptedRuns Runs { get; } = new();

    public Jobsite Site { get; } = new();

    public ActivityHost Host { get; }

    public long StoreHandle { get; private set; }

    public static StoreKey StoreKey { get; } = new(new WorkflowKey("order-1"), new RunId(RunId));

    public static AttemptId Id(long command, int attempt = 1) => new("order-1", RunId, command, attempt);

    public DispatchReply Dispatch(
        long command, string activity, object?[] arguments, int attempt = 1, TimeSpan? startToClose = null,
            TimeSpan? heartbeat = null,
        bool reportStart = false, long fence = 1, bool isFromAfar = false) => Host.Dispatch(new ActivityTask
        {
            Id = Id(command, attempt),
            ActivityType = activity,
            Arguments = [.. arguments.Select(static a =>
            new Payload(Encoding.UTF8.GetBytes(System.Text.Json.JsonSerializer.Serialize(a))))],
            StartToClose = startToClose,
            Heartbeat = heartbeat,
            ReportStart = reportStart,
            StoreHandle = StoreHandle,
            Fence = fence,
        }, isFromAfar);

    /// <summary>The run as the store has it, so that heartbeats can be kept beside it.</summary>
    public async Task StoreRunAsync()
    {
        var result = await Store.AppendAsync(new AppendRequest
        {
            Key = StoreKey,
            ExpectedSequence = 0,
            TurnId = new TurnId(Guid.NewGuid(), 1),
            EventCount = 1,
            Format = 1,
            Body = "[]"u8.ToArray(),
            Header = new RunHeader("order", 0, Time.GetUtcNow(), null),
            Summary = new RunSummary(WorkflowStatus.Running, RunState.Runnable, null),
        });
        StoreHandle = result.Handle;
    }

    public async Task<int?> SavedAsync(long command) =>
        await Store.FindHeartbeatAsync(StoreKey, StoreHandle, command) is { } found
            ? int.Parse(found.Details.ToString(), null) : null;

    public Task BegunAsync(string key) => Eventually.EventuallyAsync(() => Site.Begun.Contains(key), $"job {key} begins");

    /// <summary>The outcome of an attempt, once it is acknowledged.</summary>
    public async Task<ActivityReport> OutcomeAsync(long command, int attempt = 1)
    {
        await Eventually.EventuallyAsync(() =>
            Runs.Outcomes.Any(r => r.Id == Id(command, attempt)), $"outcome of {command}/{attempt}");
        return Runs.Outcomes.Single(r => r.Id == Id(command, attempt));
    }

    public void Dispose()
    {
        Host.Dispose();
        _services.Dispose();
    }
}
