using System.Collections.Concurrent;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Placement;
using Orleans.Runtime;

namespace Orchestration.Grains.Visibility;

/// <summary>
/// Where callers on this silo wait for the ends of runs, so that waiting pins no workflow. Thread-safe.
/// </summary>
/// <remarks>
/// The contract with the workflow grain, by which no end is missed:
/// <list type="number">
/// <item>Whoever tells a caller to wait here calls <see cref="Invite"/> in the same grain turn in which it saw the run open. The
/// invitation holds for <see cref="InvitationTime"/>, longer than a caller takes to come.</item>
/// <item>After the commit that closes a run, its grain calls <see cref="Announce"/>: waiters are answered, and where an
/// invitation is out the result is kept until that has run out, for callers still on their way.</item>
/// <item>An end that nobody waits for and nobody was invited to costs one look-up and is not kept.</item>
/// </list>
/// What is kept is bounded by <see cref="MaximumHeldBytes"/>; past that, only the fact is kept, and callers are sent back to the
/// workflow at once. A run that ends on another silo is not announced here: waits end empty, and the caller asks the workflow
/// again.
/// </remarks>
internal sealed class ResultHub : IDisposable
{
    /// <summary>The longest wait; below the 20 s that keep a long poll well inside a call's time limit.</summary>
    public static readonly TimeSpan MaximumWait = TimeSpan.FromSeconds(19);

    /// <summary>
    /// How long an invitation holds: a call's time limit, so that no caller that was told to come arrives later.
    /// </summary>
    public static readonly TimeSpan InvitationTime = TimeSpan.FromSeconds(30);

    /// <summary>How many bytes of results are kept for invited callers.</summary>
    public const long MaximumHeldBytes = 64 << 20;

    private static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Guid, AwaitedRun> _runs = new();
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;
    private long _heldBytes;
    private int _sweeping;

    /// <summary>For the silo's service provider.</summary>
    public ResultHub(ILocalSiloDetails silo, PollClock clock) : this(SiloKey.Of(silo.SiloAddress), clock.Time)
    {
    }

    /// <summary>A hub under the given key.</summary>
    internal ResultHub(string key, TimeProvider time)
    {
        Key = key;
        _time = time;
        _sweep = time.CreateTimer(static hub =>
            ((ResultHub)hub!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The key of this hub's grain.</summary>
    public string Key { get; }

    /// <summary>For how many runs callers wait or are invited.</summary>
    internal int Count => _runs.Count;

    /// <summary>How many bytes of results are kept.</summary>
    internal long HeldBytes => Interlocked.Read(ref _heldBytes);

    /// <summary>Notes that a caller is being told to wait here. To be called in the grain turn that saw the run open.</summary>
    /// <returns>The key of the hub to tell.</returns>
    public string Invite(string workflow, Guid runId)
    {
        var until = _time.GetTimestamp() + ToTicks(InvitationTime);
        while (!Of(workflow, runId).TryInvite(until))
        {
        }

        StartSweeping();
        return Key;
    }

    /// <summary>The run has ended, durably: answers those who wait for it.</summary>
    public void Announce(string workflow, Guid runId, ResultReply result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (!_runs.TryGetValue(runId, out var run) || !run.IsOf(workflow)) return;
        var size = SizeOf(result);
        var fits = Interlocked.Add(ref _heldBytes, size) <= MaximumHeldBytes;
        if (!fits) Interlocked.Add(ref _heldBytes, -size);
        var kept = run.End(result, fits ? size : 0, _time.GetTimestamp());
        if (!kept) Forget(runId, run);
    }

    /// <summary>
    /// The run goes to another silo, whose hub will hear of its end: sends those who wait for it back to the workflow.
    /// </summary>
    public void Moved(string workflow, Guid runId)
    {
        if (_runs.TryGetValue(runId, out var run) && run.IsOf(workflow) && !run.Move(_time.GetTimestamp())) Forget(runId, run);
    }

    /// <summary>Waits until the run is announced, but at most <paramref name="wait"/> and <see cref="MaximumWait"/>.</summary>
    /// <returns>The result; null where the time ran out, or the result is to be had from the workflow.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async ValueTask<ResultReply?> WaitAsync(string workflow, Guid runId, TimeSpan wait,
        CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (wait > MaximumWait) wait = MaximumWait;
        var waiter = new ResultWaiter();
        AwaitedRun run;
        do
        {
            run = Of(workflow, runId);
            if (!run.IsOf(workflow)) return null;
            if (run.TryGetResult(out var known)) return known;
        }
        while (!run.TryJoin(waiter));

        try
        {
            if (wait <= TimeSpan.Zero) waiter.End(null);
            else waiter.Limit(_time, wait, cancellationToken);
            return await waiter.Result;
        }
        finally
        {
            waiter.Dispose();
            if (run.Leave(waiter, _time.GetTimestamp())) Forget(runId, run);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _sweep.Dispose();

    private static long SizeOf(ResultReply result) =>
        200 + (result.Result?.Data.Length ?? 0) + (result.Failure?.Details?.Data.Length ?? 0);

    private AwaitedRun Of(string workflow, Guid runId) =>
        _runs.GetOrAdd(runId, static (_, workflow) => new AwaitedRun(workflow), workflow);

    private void Forget(Guid runId, AwaitedRun run)
    {
        _runs.TryRemove(KeyValuePair.Create(runId, run));
        Interlocked.Add(ref _heldBytes, -run.TakeHeld());
    }

    private long ToTicks(TimeSpan time) => (long)(time.TotalSeconds * _time.TimestampFrequency);

    private void StartSweeping()
    {
        if (Interlocked.Exchange(ref _sweeping, 1) == 0) _sweep.Change(SweepPeriod, Timeout.InfiniteTimeSpan);
    }

    // Invitations that nobody took up are few: only they are left to the sweep, and it rests when nothing is left.
    private void Sweep()
    {
        var now = _time.GetTimestamp();
        foreach (var (runId, run) in _runs)
            if (run.TryLapse(now)) Forget(runId, run);
        Volatile.Write(ref _sweeping, 0);
        if (!_runs.IsEmpty) StartSweeping();
    }
}
