using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Kernel.Effects;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Placement;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Workflows;
using Orleans.Runtime;

namespace Orchestration.Grains.Workflows.Outgoing;

/// <summary>
/// Carries out what a turn asked for, once the turn is durable. Each effect is repeated until its receiver has acknowledged it or
/// is known to be gone; what it comes to goes back to the run as a stimulus. Runs on the activation's scheduler.
/// </summary>
/// <param name="services">What all workflow grains of the silo share.</param>
/// <param name="grainKey">The instance.</param>
/// <param name="run">The run whose effects these are; what they come to is for it alone, and not for one that followed.</param>
/// <param name="port">Takes what they come to.</param>
internal sealed class RunEffects(WorkflowServices services, string grainKey, RunId run, IRunPort port)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);

    private Dictionary<string, Action>? _watched;
    private int _inFlight;
    private TaskCompletionSource? _drained;

    /// <summary>Carries out a turn's effects, in order; returns before they are acknowledged.</summary>
    public void CarryOut(OpenRun open, IReadOnlyList<Effect> effects)
    {
        for (var i = 0; i < effects.Count; i++)
        {
            switch (effects[i])
            {
                case DispatchActivity { Host: SiloKey.Nowhere }:
                    break; // no silo takes attempts for now: reconciled at the next load
                case DispatchActivity { IsLocal: true } local:
                    _ = TrackAsync(BeginLocallyAsync(ToTask(open, local)));
                    break;
                case DispatchActivity first:
                    // What goes to one host goes in one call: a fan-out of 100 is one call, not 100.
                    var count = 1;
                    while (i + count < effects.Count
                        && effects[i + count] is DispatchActivity next && next.Host == first.Host && !next.IsLocal) count++;
                    var tasks = new ActivityTask[count];
                    for (var k = 0; k < count; k++) tasks[k] = ToTask(open, (DispatchActivity)effects[i + k]);
                    i += count - 1;
                    if (Watch(first.Host)) _ = TrackAsync(DispatchAsync(first.Host, tasks));
                    else NeverRan(tasks);
                    break;
                case CancelActivity cancel:
                    _ = TrackAsync(CancelAsync(
                        cancel.IsLocal ? services.SiloKey : cancel.Host,
                        new AttemptCancellation(ToId(open, cancel.Command, cancel.Attempt), cancel.Reason)));
                    break;
                case SendMessage send:
                    port.Send(run, send.Message);
                    break;
                case AnnounceClosed:
                    break; // the grain answers its waiters itself, from the closing event
                case UnfinishedMessages left:
                    services.Log.MessagesUnfinished(grainKey, open.WorkflowType, open.Key.RunId.ToString(),
                        string.Join(", ", left.Handlers), string.Join(", ", left.Unhandled));
                    break;
                case UnreadSignal unread:
                    services.Log.SignalUnread(grainKey, unread.Signal, unread.Problem);
                    break;
                default:
                    throw new InvalidOperationException($"Unknown effect {effects[i].GetType().Name}.");
            }
        }
    }

    /// <summary>
    /// Asks the hosts of dispatched attempts what became of them, for a run that was reloaded: running = adopt; finished = take
    /// the outcome; never seen = the host refuses it for good and it is dispatched anew; silo gone = lost (invariant 6). Ends
    /// when they have answered, or after a while; late answers are taken too.
    /// </summary>
    public async Task ReconcileAsync(OpenRun open)
    {
        var attempts = open.Run.DispatchedAttempts();
        if (attempts.Count == 0) return;
        List<Task>? inquiries = null;
        foreach (var group in attempts.GroupBy(static a => a.Host, StringComparer.Ordinal))
        {
            if (group.Key == SiloKey.Nowhere)
            {
                foreach (var attempt in group) Post(new LoseAttempt(attempt.Command, attempt.Attempt, NeverRan: true));
            }
            else if (!Watch(group.Key) && await services.Watch.IsGoneAsync(group.Key))
            {
                Post(new LoseHost(group.Key));
            }
            else
            {
                Watch(group.Key); // it had not been heard of before it was asked about
                (inquiries ??= []).Add(TrackAsync(InquireAsync(group.Key, [.. group.Select(a =>
                    ToId(open, a.Command, a.Attempt))], open.Sequence)));
            }
        }

        if (inquiries is not null) await Task.WhenAny(Task.WhenAll(inquiries), Task.Delay(services.Options.InquiryTimeout,
            services.Clock));
    }

    /// <summary>The run leaves memory, or has ended: it is not to hear of lost silos any more.</summary>
    public void Unwatch()
    {
        if (_watched is null) return;
        foreach (var (host, lost) in _watched) services.Watch.Remove(host, lost);
        _watched = null;
    }

    /// <summary>Whether nothing is in flight.</summary>
    public bool IsDrained => _inFlight == 0;

    /// <summary>Ends when nothing is in flight.</summary>
    public Task DrainAsync() => _inFlight == 0 ? Task.CompletedTask : (_drained ??= new TaskCompletionSource()).Task;

    private void Post(Stimulus stimulus) => port.Post(run, stimulus);

    /// <summary>
    /// Has the run hear at once when a silo is lost on which it has attempts (invariant 6): they are lost then, and retried.
    /// </summary>
    /// <returns>Whether the silo is alive now.</returns>
    private bool Watch(string host)
    {
        if (host == services.SiloKey) return true;
        if (_watched?.ContainsKey(host) != true)
        {
            var lost = port.Marshal(() => Lost(host));
            (_watched ??= new Dictionary<string, Action>(StringComparer.Ordinal)).Add(host, lost);
            services.Watch.Add(host, lost);
        }

        // Asked after it is watched: a loss before that is seen here, one after it is told.
        if (services.Placement.IsAlive(host)) return true;
        if (_watched?.Remove(host, out var watched) == true) services.Watch.Remove(host, watched);
        return false;
    }

    private void Lost(string host)
    {
        if (_watched?.Remove(host) == true) Post(new LoseHost(host));
    }

    // The silo died between the decision and the dispatch, which was not sent.
    private void NeverRan(ActivityTask[] tasks)
    {
        foreach (var task in tasks)
            Post(new LoseAttempt(task.Id.Command, task.Id.Attempt, NeverRan: true, AsOf: task.Fence));
    }

    private async Task TrackAsync(Task effect)
    {
        if (effect.IsCompletedSuccessfully) return;
        _inFlight++;
        try
        {
            await effect;
        }
        catch (Exception e)
        {
            services.Log.EffectFailed(e, grainKey);
        }
        finally
        {
            if (--_inFlight == 0) _drained?.TrySetResult();
        }
    }

    private async Task DispatchAsync(string host, ActivityTask[] tasks)
    {
        try
        {
            var replies = await services.Hosts.DispatchAsync(host, tasks);
            for (var i = 0; i < tasks.Length; i++)
            {
                // A silo on its way out refuses its own runs' attempts; these runs hand over, and are reconciled where they come
                // to life.
                if (replies[i] is DispatchReply.Refused or DispatchReply.Unknown && !services.Starts.Closed)
                    Post(new LoseAttempt(tasks[i].Id.Command, tasks[i].Id.Attempt, NeverRan: true, AsOf: tasks[i].Fence));
            }
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            // Whether it arrived is unknown, so it is not sent again blindly: the host is asked, and refuses what it has never
            // seen.
            services.Log.HostSilent(e, host, grainKey, FirstDelay);
            await InquireAsync(host, [.. tasks.Select(static t => t.Id)], tasks[0].Fence);
        }
    }

    // A silo on its way out refuses; the run then begins the call anew where it comes to life. Nothing else can keep it from
    // being
    // taken: its outcome comes by the same way as any other.
    private async Task BeginLocallyAsync(ActivityTask task) => await services.Hosts.DispatchAsync(services.SiloKey, [task]);

    private async Task CancelAsync(string host, AttemptCancellation cancellation) =>
        await UntilAcknowledgedAsync(host, async () =>
    {
        await services.Hosts.CancelAsync(host, [cancellation]);
        return cancellation;
    });

    private async Task InquireAsync(string host, AttemptId[] ids, long fence)
    {
        if (await UntilAcknowledgedAsync(host, () => services.Hosts.InquireAsync(host, ids, fence)) is not { } replies) return;
        for (var i = 0; i < ids.Length; i++)
        {
            var id = ids[i];
            switch (replies[i].State)
            {
                case AttemptState.NeverSeen:
                    Post(new LoseAttempt(id.Command, id.Attempt, NeverRan: true, AsOf: fence));
                    break;
                case AttemptState.Running:
                    Post(new AttemptStarted(id.Command, id.Attempt));
                    break;
                case AttemptState.Finished when Reports.ToStimulus(replies[i].Report!) is { } outcome:
                    Post(outcome);
                    break;
            }
        }
    }

    private async Task<T?> UntilAcknowledgedAsync<T>(string host, Func<ValueTask<T>> call) where T : class
    {
        for (var delay = FirstDelay; ; delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay)
        {
            try
            {
                return await call();
            }
            catch (Exception e) when (e is OrleansException or TimeoutException)
            {
                if (await services.Watch.IsGoneAsync(host))
                {
                    Post(new LoseHost(host));
                    return null;
                }

                services.Log.HostSilent(e, host, grainKey, delay);
            }

            if (services.Starts.Closed) return null; // the silo is going: the next activation reconciles
            await Task.Delay(delay, services.Clock);
        }
    }

    private ActivityTask ToTask(OpenRun open, DispatchActivity dispatch) => new()
    {
        Id = ToId(open, dispatch.Command, dispatch.Attempt),
        ActivityType = dispatch.ActivityType,
        Arguments = dispatch.Arguments as Payload[] ?? [.. dispatch.Arguments],
        StartToClose = dispatch.Settings.StartToClose,
        Heartbeat = dispatch.Settings.Heartbeat,
        ReportStart = dispatch.Settings.ScheduleToStart is not null,
        StoreHandle = open.Handle,
        TraceParent = open.TraceParent,
        Trace = open.Trace,
        Fence = open.Sequence,
        IsLocal = dispatch.IsLocal,
        DetailsFrom = dispatch.DetailsFrom,
        Headers = HeadersOf(open.Run.Headers, dispatch.Headers),
    };

    /// <summary>What the run was sent with goes with every attempt; what the call says of a name goes before it.</summary>
    private static Dictionary<string, string>? HeadersOf(
        IReadOnlyDictionary<string, string>? run, IReadOnlyDictionary<string, string>? call)
    {
        if (run is null && call is null) return null;
        var all = run is null ? [] : new Dictionary<string, string>(run);
        if (call is not null)
            foreach (var (name, value) in call) all[name] = value;
        return all;
    }

    private AttemptId ToId(OpenRun open, long command, int attempt) => new(grainKey, open.Key.RunId.Value, command, attempt);
}
