using Orchestration.Grains.Kernel.Effects;
using Orchestration.Grains.Kernel.Execution;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Machines;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

/// <summary>
/// One run: pure, synchronous, deterministic. Stimuli with their time go in; events to append, and effects to carry out once they
/// are durable, come out. Not thread-safe: its owner advances it one turn at a time, on any thread.
/// </summary>
/// <remarks>
/// <para>After <see cref="Advance"/> the state is ahead of the store until the turn's events are appended. If they cannot be, the
/// object is to be dropped and the run rebuilt by <see cref="Replay"/>: there is no way back.</para>
/// <para>A run whose code cannot go on is <see cref="WorkflowStatus.Stalled"/>. It then takes no stimulus but
/// <see cref="Terminate"/>, and its own deadline: all others are <see cref="Turn.Refused"/>, so that nothing is lost; their
/// senders keep and repeat them. That it stalls is not recorded: the next replay, with mended code, goes on from the last
/// recorded event.</para>
/// </remarks>
public sealed partial class WorkflowRun
{
    private readonly RunScheduler _scheduler;
    private readonly RunMachine _machine = new();
    private readonly CancellationMachine _cancellation = new();
    private readonly RunContext _context;
    private MachineTable<ActivityMachine> _activities;
    private MachineTable<TimerMachine> _timers;
    private readonly WakeQueue _wakes;
    private CommandMatcher _matcher = new();
    private Stall? _stall;

    /// <summary>A run that waits for <see cref="StartRun"/>.</summary>
    public WorkflowRun(RunSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Settings = settings;
        _context = new RunContext(this);
        _scheduler = new RunScheduler { Context = _context };
        _wakes = new WakeQueue(IsLive);
    }

    /// <summary>
    /// Called once, on any thread, when something foreign (a timer, the thread pool, other code) tried to resume the run's code.
    /// The attempt is refused; an <see cref="Advance"/> without stimuli then finds the run stalled.
    /// </summary>
    public Action? Disturbed
    {
        get => _scheduler.OnDisturbed;
        set => _scheduler.OnDisturbed = value;
    }

    /// <summary>Running, stalled or closed.</summary>
    public WorkflowStatus Status => _machine.Closing is null && _stall is not null ? WorkflowStatus.Stalled : _machine.Status;

    /// <summary>Whether it has ended.</summary>
    public bool IsClosed => _machine.Closing is not null;

    /// <summary>How many events it has, those of the last turn included.</summary>
    public long HistoryLength => _position - _events.Count;

    /// <summary>
    /// Whether work is under way that a crash must not leave lying: an attempt is with a host, or the code asked for something
    /// that the next turn makes durable. Else it waits for time or messages.
    /// </summary>
    public bool IsRunnable =>
        _machine.IsOpen && _stall is null
            && (_withHosts > 0 || HasUnanswered || _events.Count > 0 || _code is { IsCompleted: true });

    /// <summary>
    /// The earliest timer, retry or timeout; null where it waits only for messages. Of a stalled run, the deadline that ends it.
    /// </summary>
    public DateTimeOffset? NextWakeAt => !_machine.IsOpen ? null
        : _stall is not null ? (_machine.Deadline == Times.Never ? null : _machine.Deadline)
        : _wakes.TryPeek(out var wake) ? DateTimeOffset.FromUnixTimeMilliseconds(wake.Due) : null;

    /// <summary>Why it is stalled; null where it is not.</summary>
    public Stall? Stall => IsClosed ? null : _stall;

    /// <summary>
    /// Why its code does not fit its history, even where the history goes on to the run's end; null where it fits. For replays
    /// that ask whether runs like this one go on under today's code.
    /// </summary>
    public Stall? Misfit => _stall;

    /// <summary>Its result, failure or reason, once closed.</summary>
    public HistoryEvent? ClosingEvent => _machine.Closing;

    internal RunSettings Settings { get; }

    internal RunStarted Started => _machine.Started ?? throw new InvalidOperationException("The run has not started.");

    /// <summary>Rebuilds a run from its history (any prefix of one, even one cut within a turn).</summary>
    /// <remarks>
    /// <para>Code that does not fit the history leaves the run <see cref="WorkflowStatus.Stalled"/>; nothing is thrown for
    /// it.</para>
    /// <para>What the code asks for beyond the history (after a cut, or since it was mended) is part of the next turn, so the
    /// owner advances a rebuilt run at once, be it with <see cref="AdvanceTime"/> alone. Attempts that are known to run are told
    /// by <see cref="AttemptStarted"/> before that. A retry that an earlier activation handed out when it was due is handed out
    /// again: its host knows it by its numbers.</para>
    /// </remarks>
    /// <exception cref="EngineFault">The history is corrupt.</exception>
    public static WorkflowRun Replay(RunSettings settings, IEnumerable<HistoryEvent> history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var events = history as IReadOnlyCollection<HistoryEvent> ?? [.. history];
        var run = new WorkflowRun(settings) { _matcher = new CommandMatcher(events), _patches = new PatchMachine(events) };
        run._scheduler.TakeTurn(static r => ((WorkflowRun)r!).ReplayAll(), run);
        return run;
    }

    /// <summary>
    /// Stalls the run from outside: it is poisonous, or its history is too large. No event; a rebuilt run knows nothing of it.
    /// Without effect on a run that is closed or stalled.
    /// </summary>
    public void ForceStall(Stall stall)
    {
        ArgumentNullException.ThrowIfNull(stall);
        if (!IsClosed) _stall = stall; // the engine knows better than the code why it must not go on
    }

    /// <summary>
    /// Attempts that are with a host now, by command number: what a reloaded activation must ask their hosts about.
    /// </summary>
    public IReadOnlyList<DispatchActivity> DispatchedAttempts()
    {
        if (_withHosts == 0) return [];
        var undispatched = _events.OfType<ActivityScheduled>().Select(static e => e.Command).ToHashSet();
        return [.. _activities.Values.Where(m =>
            m.State == ActivityState.WithHost && !m.IsLocal && !undispatched.Contains(m.Command)).OrderBy(static m => m.Command)
            .Select(static m => m.Dispatch())];
    }

    /// <summary>Applies stimuli one at a time, drains user code after each, and returns what came of it.</summary>
    /// <remarks>Stimuli for a closed run, and those that repeat what is known, change nothing.</remarks>
    /// <param name="stimuli">What happened, in order.</param>
    /// <param name="now">The silo's clock; event time never runs backward.</param>
    /// <exception cref="UnknownWorkflowType">A start names a type that is not in the catalog. No event.</exception>
    /// <exception cref="InvalidRequest">A start's input cannot be read as the workflow's input type. No event.</exception>
    public Turn Advance(IReadOnlyList<Stimulus> stimuli, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(stimuli);
        _stimuli = stimuli;
        _clock = Times.Truncate(now);
        _scheduler.TakeTurn(static r => ((WorkflowRun)r!).TakeAll(), this);
        return EndTurn();
    }

    /// <summary>The state as an outsider may see it.</summary>
    public RunSnapshot Describe() => new()
    {
        Key = Started.Key,
        RunId = Started.RunId,
        WorkflowType = Started.WorkflowType,
        Version = VersionOf(Started),
        Status = Status,
        StartedAt = Started.At,
        ClosedAt = _machine.Closing?.At,
        DelayedUntil = _machine is { IsOpen: true, IsDelayed: true } ? Started.StartAt : null,
        Deadline = _machine.Deadline == Times.Never ? null : _machine.Deadline,
        HistoryLength = HistoryLength,
        CancelRequested = _cancellation.IsRequested,
        Stall = Stall,
        Activities = [.. _activities.Values.OrderBy(static m => m.Command).Select(DescribeActivity)],
        Compensations = [.. _compensations.Values.OrderBy(static m => m.Command).Select(static m => m.Describe())],
        Parent = Started.Parent,
        ContinuedFrom = Started.ContinuedFrom,
        ContinuedTo = (_machine.Closing as RunContinuedAsNew)?.NewRunId,
        Children = [.. _children.Values.OrderBy(static m => m.Command).Select(static m => new PendingChild(
            m.Command, m.Key, m.RunId, m.WorkflowType, m.State == ChildState.Running, m.Attempt,
            m.State == ChildState.BackingOff ? m.DueAt : null, m.CancelRequested, m.LastFailure))],
        Tokens = IsClosed ? [] : [.. _tokens.Values.Where(static t => t.State == TokenState.Open).OrderBy(static t => t.Command)
            .Select(static t => new PendingToken(t.Command, t.Name, t.CreatedAt))],
        Updates = [.. _updateOrder.Where(static u => !u.IsCompleted)
            .Select(static u => new PendingUpdate(u.UpdateId, u.Name))],
        LatestStatus = LatestStatus,
        Conditions = IsClosed || _stall is not null ? [] : Conditions.Texts,
        Timers = [.. _timers.Values.OrderBy(static m => m.Command).Select(static m => new PendingTimer(m.Command, m.DueAt))],
    };
}
