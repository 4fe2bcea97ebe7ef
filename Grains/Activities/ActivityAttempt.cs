using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Workflows;

namespace Orchestration.Grains.Activities;

/// <summary>One attempt, from its acceptance to the end of its code. Thread-safe.</summary>
/// <remarks>
/// <code>
/// phase     input                              next      reported
/// Waiting   its turn                           Running   Started, where wanted
/// Waiting   cancelled, shutdown                Ended     Canceled, NeverRan
/// Running   its code ends                      Ended     Completed, Failed, Canceled or Interrupted
/// Running   time limit runs out                Ended     Failed (Timeout); the code is told, and keeps its slot until it ends
/// Running   shutdown, grace runs out           Ended     Interrupted
/// Ended     its code ends, late                -         nothing: the outcome was decided
/// </code>
/// Whoever moves the phase to Ended decides the outcome; there is one.
/// </remarks>
internal sealed partial class ActivityAttempt : IThreadPoolWorkItem
{
    private const int Waiting = 0;
    private const int Running = 1;
    private const int Ended = 2;

    private static readonly TimeSpan LoadPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestLoadPause = TimeSpan.FromSeconds(5);

    private readonly AttemptServices _services;
    private readonly HostedRun _run;
    private readonly ActivityDefinition? _definition;
    private int _phase;
    private int _reason;
    private long _startedAt;
    private long _lastBeat;
    private CancellationTokenSource? _cancellation;
    private HeartbeatKeeper? _heartbeats;

    public ActivityAttempt(ActivityTask task, HostedRun run, ActivityDefinition? definition, AttemptServices services)
    {
        Task = task;
        _run = run;
        _definition = definition;
        _services = services;
    }

    /// <summary>What was asked for.</summary>
    public ActivityTask Task { get; }

    /// <summary>Whether it came as a message of another silo.</summary>
    public bool IsFromAfar { get; init; }

    /// <summary>What the threads that it runs on know it by; nothing in a silo of its own.</summary>
    public object? Tag { get; set; }

    /// <summary>The slot it holds.</summary>
    public int Slot { get; set; }

    /// <summary>The outcome to be reported, from when it is decided until it is acknowledged.</summary>
    public ActivityReport? Outcome { get; private set; }

    /// <summary>Whether it has not begun.</summary>
    public bool IsWaiting => Volatile.Read(ref _phase) == Waiting;

    /// <summary>Whether its outcome is decided.</summary>
    public bool IsEnded => Volatile.Read(ref _phase) == Ended;

    /// <summary>Why it should end.</summary>
    public ActivityCancellationReason Reason => (ActivityCancellationReason)Volatile.Read(ref _reason);

    /// <summary>The details that the attempt before it left.</summary>
    public Payload? DetailsLeft { get; private set; }

    /// <summary>Decodes and encodes.</summary>
    public IPayloadConverter Converter => _services.Converter;

    /// <summary>Made when it is first asked for: most activities never ask.</summary>
    public CancellationToken Token
    {
        get
        {
            var source = Volatile.Read(ref _cancellation);
            if (source is null)
            {
                var made = new CancellationTokenSource();
                source = Interlocked.CompareExchange(ref _cancellation, made, null) ?? made;
                if (Reason != ActivityCancellationReason.None) source.Cancel();
            }

            return source.Token;
        }
    }

    /// <summary>What a host knows of it.</summary>
    public AttemptInquiryReply Describe() => Outcome is { } outcome
        ? new AttemptInquiryReply(AttemptState.Finished, outcome)
        : new AttemptInquiryReply(IsWaiting ? AttemptState.Waiting : AttemptState.Running, null);

    /// <summary>Tells it to end.</summary>
    public void Cancel(ActivityCancellationReason reason)
    {
        if (Interlocked.CompareExchange(ref _reason, (int)reason, 0) == 0) TellToken();
        if (reason == ActivityCancellationReason.WorkerShutdown && IsRemote)
            Interrupt(); // its worker is elsewhere, and is told by its next heartbeat that it has the attempt no more
        else if (reason == ActivityCancellationReason.WorkerShutdown)
            Abandon(); // it has a slot but has not begun: the run must not take the silo's shutdown for a cancellation of its own
        else if (TryEnd(Waiting))
            Report(ActivityReportKind.Canceled, failure: ActivityFailures.Canceled(Task.ActivityType, Task.Id.Attempt, reason));
    }

    /// <summary>The silo shuts down: one that has not begun never will.</summary>
    public void Abandon()
    {
        if (TryEnd(Waiting)) Report(ActivityReportKind.NeverRan);
    }

    /// <summary>The silo shuts down and waits no longer.</summary>
    public void Interrupt()
    {
        if (TryEnd(Running)) _ = FlushAndReportAsync(ActivityReportKind.Interrupted, null);
    }

    /// <summary>Ends it at once: nothing of that name is hosted.</summary>
    public void Reject(FailureInfo failure)
    {
        if (TryEnd(Waiting)) Report(ActivityReportKind.Failed, failure: failure);
    }

    /// <summary>Takes a heartbeat.</summary>
    /// <exception cref="PayloadTooLarge">The details are over the payload limit.</exception>
    public void Beat(Payload? details)
    {
        if (details is not null && details.Data.Length > _services.MaximumPayloadBytes)
            throw new PayloadTooLarge("heartbeat's details", details.Data.Length, _services.MaximumPayloadBytes);
        if (Volatile.Read(ref _phase) != Running) return;
        if (Task.Heartbeat is not null) Volatile.Write(ref _lastBeat, _services.Deadlines.Now);
        if (details is null) return;
        var keeper = Volatile.Read(ref _heartbeats);
        if (keeper is null)
        {
            var made = new HeartbeatKeeper(Task, _services);
            keeper = Interlocked.CompareExchange(ref _heartbeats, made, null) ?? made;
        }

        keeper.Take(details);
    }

    /// <summary>Does what is due.</summary>
    /// <returns>When the next thing will be.</returns>
    public long Look(long now)
    {
        if (Volatile.Read(ref _phase) != Running) return AttemptDeadlines.Never;
        var close = CloseDeadline();
        var beat = BeatDeadline();
        if (close <= now || beat <= now)
        {
            TimeOut(close <= now ? TimeoutKind.StartToClose : TimeoutKind.Heartbeat);
            return AttemptDeadlines.Never;
        }

        var lease = LeaseDeadline();
        if (lease <= now)
        {
            LoseWorker();
            return AttemptDeadlines.Never;
        }

        var next = Math.Min(Math.Min(close, beat), lease);
        if (_heartbeats is not { } heartbeats) return next;
        heartbeats.Look(now);
        return Math.Min(next, heartbeats.Due);
    }

    /// <summary>Runs it; called by the thread pool once it has its slot.</summary>
    void IThreadPoolWorkItem.Execute() => _ = RunToEndAsync();

    private long CloseDeadline() =>
        Task.StartToClose is { } limit ? _services.Deadlines.After(Volatile.Read(ref _startedAt), limit) : AttemptDeadlines.Never;

    private long BeatDeadline() =>
        Task.Heartbeat is { } limit ? _services.Deadlines.After(Volatile.Read(ref _lastBeat), limit) : AttemptDeadlines.Never;

    private bool TryEnd(int from) => Interlocked.CompareExchange(ref _phase, Ended, from) == from;

    private void TellToken()
    {
        // Registered callbacks are the activity's code: they run on the pool, not on the caller's thread. That it is told is said
        // first: afterwards the code may have gone on, and wait for something else already.
        _services.Threads.Told(this);
        if (Volatile.Read(ref _cancellation) is { } source) _ = TellTokenAsync(source);
    }

    private async Task TellTokenAsync(CancellationTokenSource source)
    {
        try
        {
            await source.CancelAsync();
        }
        catch (AggregateException e)
        {
            LogCancellationCallbackFailed(_services.Logger, e, Task.ActivityType, Task.Id.Workflow, Task.Id.Attempt);
        }
    }

    private void TimeOut(TimeoutKind kind)
    {
        if (!TryEnd(Running)) return;
        var isHeartbeat = kind == TimeoutKind.Heartbeat;
        var limit = (isHeartbeat ? Task.Heartbeat : Task.StartToClose)!.Value;
        LogTimedOut(_services.Logger, Task.ActivityType, Task.Id.Workflow, Task.Id.Attempt, kind, limit);
        var reason = isHeartbeat ? ActivityCancellationReason.HeartbeatTimedOut : ActivityCancellationReason.TimedOut;
        if (Interlocked.CompareExchange(ref _reason, (int)reason, 0) == 0) TellToken();
        _ = FlushAndReportAsync(ActivityReportKind.Failed, ActivityFailures.TimedOut(kind, Task.ActivityType, Task.Id.Attempt,
            limit));
    }

    private async Task FlushAndReportAsync(ActivityReportKind kind, FailureInfo? failure)
    {
        try
        {
            if (Volatile.Read(ref _heartbeats) is { } heartbeats) await heartbeats.FlushAsync();
        }
        finally
        {
            Report(kind, failure: failure);
        }
    }

    private void Report(ActivityReportKind kind, Payload? result = null, FailureInfo? failure = null)
    {
        var began = _startedAt;
        _services.Instruments.Ended(Task.ActivityType, OutcomeName(kind), began == 0
            ? TimeSpan.Zero : _services.Deadlines.Since(began));
        var report = new ActivityReport
        {
            AsOf = Task.Fence,
            Id = Task.Id, Kind = kind, Result = result, Failure = failure,
            Ran = kind == ActivityReportKind.MovedOutside ? _services.Deadlines.Since(began) : default
        };
        Outcome = report;
        // Nobody is there any more to take it.
        if (Reason == ActivityCancellationReason.NotWanted) _run.Forget(this);
        else _run.Report(report);
    }

    private static string OutcomeName(ActivityReportKind kind) => kind switch
    {
        ActivityReportKind.Completed => "completed",
        ActivityReportKind.Failed => "failed",
        ActivityReportKind.Canceled => "canceled",
        ActivityReportKind.NeverRan => "never_ran",
        ActivityReportKind.MovedOutside => "outside",
        _ => "interrupted",
    };
}
