using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestration.Grains.Activities.Remote;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Activities;

/// <summary>
/// Runs activity attempts on this silo: accepts them at once, runs their code on the thread pool under the silo's limit, and
/// reports their outcomes to the runs until they are acknowledged; finished outcomes are kept for as long. Thread-safe.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>An attempt is known by (run, command, attempt) from its acceptance to its acknowledgement, and begun once. A run never
/// sends the same dispatch twice: after an unknown outcome it inquires, and what was never seen is refused up to the inquiry's
/// fence. A message from another silo may come twice, and two activations of a run may each dispatch a retry that is due: such an
/// attempt is refused once it is over.</item>
/// <item>Start-to-close counts from the start of the attempt's code, the heartbeat timeout from its last heartbeat, both on this
/// silo's monotonic clock. Code that ignores its cancellation after a timeout goes on, and holds its slot until it ends; its late
/// outcome is passed over.</item>
/// <item>An accepted attempt that waits costs a few hundred bytes beside its task, whose arguments a run on the same silo shares;
/// over <see cref="OrchestrationOptions.MaximumWaitingActivities"/> dispatches are answered
/// <see cref="DispatchReply.Busy"/>.</item>
/// <item>The code of activities runs on the shared thread pool: it should not block threads for long.</item>
/// </list>
/// </remarks>
internal sealed partial class ActivityHost : IDisposable
{
    private static readonly TimeSpan AcknowledgementTime = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Guid, HostedRun> _runs = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ActivityCatalog _catalog;
    private readonly RefusedDispatches _refused;
    private readonly Func<string, ReportToRun> _runGrains;
    private readonly int _maximumWaiting;
    private readonly TimeSpan _grace;
    private int _open;
    private Task? _stopped;

    /// <summary>For the silo's service provider.</summary>
    public ActivityHost(
        ActivityCatalog catalog, IHistoryStore store, IGrainFactory grains, IServiceProvider services,
            IOptions<OrchestrationOptions> options,
        TimeProvider time, ActivityInstruments instruments, ILogger<ActivityHost> logger)
        : this(catalog, store, key =>
            grains.GetGrain<IWorkflowRunGrain>(key).ReportAsync, services, options.Value, time, instruments, logger)
    {
    }

    /// <summary>A host that reports to runs in the given way.</summary>
    internal ActivityHost(
        ActivityCatalog catalog, IHistoryStore store, Func<string, ReportToRun> runGrains, IServiceProvider services,
        OrchestrationOptions options, TimeProvider time, ActivityInstruments instruments, ILogger logger)
    {
        if (options.MaximumConcurrentActivities is < 1 or > 1_000_000)
            throw new InvalidRequest(
                $"{nameof(options.MaximumConcurrentActivities)} is 1 to 1,000,000, not {options.MaximumConcurrentActivities}.");
        _catalog = catalog;
        _runGrains = runGrains;
        _maximumWaiting = options.MaximumWaitingActivities;
        _grace = options.ActivityShutdownGrace;
        _refused = new RefusedDispatches(time);
        var threads = services.GetService<EngineThreads>() ?? EngineThreads.Pool;
        var remote = services.GetService<RemoteAttempts>() ?? new RemoteAttempts { LeaseTime = options.RemoteLease };
        var slots = new AttemptSlots(options.MaximumConcurrentActivities, threads);
        instruments.Slots = slots;
        instruments.Remote = remote;
        Services = new AttemptServices
        {
            Provider = services,
            Scopes = services.GetRequiredService<IServiceScopeFactory>(),
            HasInterceptors = services.GetService<IServiceProviderIsService>()?.IsService(typeof(IActivityInterceptor)) ?? false,
            Store = store,
            Converter = options.PayloadConverter,
            MaximumPayloadBytes = options.MaximumPayloadBytes,
            Time = time,
            Slots = slots,
            Remote = remote,
            Threads = threads,
            Deadlines = new AttemptDeadlines(slots, time, remote),
            Instruments = instruments,
            Logger = logger,
            Stopping = _stopping.Token,
        };
    }

    /// <summary>Whether new attempts are taken: not while the silo shuts down.</summary>
    public bool TakesAttempts => !_stopping.IsCancellationRequested;

    /// <summary>How many attempts run at once at most.</summary>
    public int Capacity => Services.Slots.Capacity;

    /// <summary>How many more attempts could run now; below zero where some wait for a slot.</summary>
    public int Room => Services.Slots.Capacity - Services.Slots.RunningCount - Services.Slots.WaitingCount;

    /// <summary>How many attempts are known: accepted, and not acknowledged.</summary>
    internal int Open => Volatile.Read(ref _open);

    /// <summary>What attempts share.</summary>
    internal AttemptServices Services { get; }

    /// <summary>Whether there is an activity of that name here.</summary>
    public bool Has(string activityType) => _catalog.TryGet(activityType, out _) || RemoteNames.IsRemote(activityType);

    /// <summary>Takes attempts, or says why not; never waits.</summary>
    public DispatchReply[] Dispatch(ActivityTask[] tasks)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        var replies = new DispatchReply[tasks.Length];
        for (var i = 0; i < tasks.Length; i++) replies[i] = Dispatch(tasks[i]);
        return replies;
    }

    /// <summary>Takes an attempt, or says why not; never waits.</summary>
    /// <param name="task">The attempt.</param>
    /// <param name="isFromAfar">Whether it came as a message of another silo, which may come twice.</param>
    public DispatchReply Dispatch(ActivityTask task, bool isFromAfar = false)
    {
        ArgumentNullException.ThrowIfNull(task);
        _catalog.TryGet(task.ActivityType, out var definition);
        DispatchReply reply;
        ActivityAttempt? added;
        while (!RunOf(task.Id).TryAccept(task, definition, isFromAfar, out reply, out added))
        {
        }

        if (added is null) return reply;
        if (added.IsRemote)
        {
            if (task.IsLocal) added.Reject(ActivityFailures.RemoteLocal(task.ActivityType));
            else if (!Services.Remote.Enter(added))
                added.Reject(ActivityFailures.UnknownActivity(task.ActivityType, _catalog.Names));
            if (!TakesAttempts) AbandonWaiting();
            return reply;
        }

        if (definition is null)
        {
            LogUnknownActivity(Services.Logger, task.ActivityType, task.Id.Workflow);
            added.Reject(ActivityFailures.UnknownActivity(task.ActivityType, _catalog.Names));
            return reply;
        }

        Services.Slots.Enter(added);
        // A shutdown that began meanwhile may have emptied the line before this one joined it.
        if (!TakesAttempts) AbandonWaiting();
        return reply;
    }

    /// <summary>Tells attempts to end; unknown ones are passed over.</summary>
    public void Cancel(AttemptCancellation[] attempts)
    {
        ArgumentNullException.ThrowIfNull(attempts);
        foreach (var cancellation in attempts)
        {
            if (!_runs.TryGetValue(cancellation.Id.RunId, out var run) || run.Find(cancellation.Id) is not { } attempt) continue;
            attempt.Cancel(cancellation.Reason);
            if (cancellation.Reason == ActivityCancellationReason.NotWanted && attempt.Outcome is not null) run.Forget(attempt);
        }
    }

    /// <summary>What became of attempts; those never seen are refused up to the fence from now on.</summary>
    public AttemptInquiryReply[] Inquire(AttemptId[] attempts, long fence)
    {
        ArgumentNullException.ThrowIfNull(attempts);
        var replies = new AttemptInquiryReply[attempts.Length];
        for (var i = 0; i < attempts.Length; i++)
        {
            while (!RunOf(attempts[i]).TryInquire(attempts[i], fence, out replies[i]))
            {
            }
        }

        return replies;
    }

    /// <summary>
    /// Stops: refuses what comes, gives back what waits, tells what runs to end, waits for it for the grace period, and returns
    /// once all outcomes are acknowledged, or their time or the first caller's patience has run out. Once: who calls later waits
    /// for the same.
    /// </summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_stopping) return _stopped ??= StopOnceAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Services.Deadlines.Dispose();
        _stopping.Dispose();
    }

    /// <summary>What to answer to a dispatch of an attempt that is not known. Called under the run's lock.</summary>
    internal DispatchReply ReplyToNew(ActivityTask task)
    {
        if (!TakesAttempts || _refused.Refuses(task.Id, task.Fence)) return DispatchReply.Refused;
        if (Services.Slots.WaitingCount + Services.Remote.WaitingCount >= _maximumWaiting) return DispatchReply.Busy;
        Interlocked.Increment(ref _open);
        return DispatchReply.Accepted;
    }

    /// <summary>Refuses dispatches of an attempt up to a fence. Called under the run's lock.</summary>
    internal void Refuse(AttemptId id, long fence) => _refused.Add(id, fence);

    /// <summary>The way to a run.</summary>
    internal ReportToRun WayTo(string workflow) => _runGrains(workflow);

    /// <summary>An attempt was acknowledged or is not wanted.</summary>
    internal void Dropped()
    {
        if (Interlocked.Decrement(ref _open) == 0 && !TakesAttempts) _drained.TrySetResult();
    }

    /// <summary>A run has no attempts left.</summary>
    internal void Retire(HostedRun run) => _runs.TryRemove(KeyValuePair.Create(run.RunId, run));

    private HostedRun RunOf(AttemptId id) =>
        _runs.GetOrAdd(id.RunId, static (runId, a) => new HostedRun(a.Workflow, runId, a.Host), (id.Workflow, Host: this));

    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        AbandonWaiting();
        var running = Services.Slots.Running().Concat(Services.Remote.Running()).Where(static a => !a.IsEnded).ToArray();
        LogStopping(Services.Logger, running.Length, _grace);
        foreach (var attempt in running) attempt.Cancel(ActivityCancellationReason.WorkerShutdown);
        if (await IsDrainedAsync(_grace, cancellationToken)) return;

        foreach (var attempt in Services.Slots.Running()) attempt.Interrupt();
        if (!await IsDrainedAsync(AcknowledgementTime, cancellationToken)) LogUnacknowledged(Services.Logger, Open);
    }

    private void AbandonWaiting()
    {
        foreach (var attempt in Services.Slots.TakeWaiting()) attempt.Abandon();
        foreach (var attempt in Services.Remote.TakeWaiting()) attempt.Abandon();
    }

    private async Task<bool> IsDrainedAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        if (Open == 0) return true;
        try
        {
            await _drained.Task.WaitAsync(within, Services.Time, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }
}
