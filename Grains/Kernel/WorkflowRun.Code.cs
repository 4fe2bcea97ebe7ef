using Orchestration.Grains.Kernel.Execution;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Machines;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

// Code: the workflow's own, what it may ask for, and how it ends or stalls.
public sealed partial class WorkflowRun
{
    private WorkflowDefinition? _definition;
    private object? _input;
    private Workflow? _workflow;
    private Task<object?>? _code;

    internal Conditions Conditions { get; } = new();

    /// <summary>The time that code sees.</summary>
    internal DateTimeOffset CodeTime { get; private set; }

    /// <summary>The number of the event that code works on.</summary>
    internal long CodePosition { get; private set; }

    /// <summary>The time of what code asks for now.</summary>
    internal DateTimeOffset CommandTime => _lastEventAt;

    /// <summary>The number of the next command.</summary>
    internal long NextCommand { get; private set; } = 1;

    internal bool IsReplaying => _matcher.Next is not null;

    internal bool IsCancelRequested => _cancellation.IsRequested;

    /// <summary>
    /// Whether what code asks for goes straight into the turn; else it waits for the first turn after the replay.
    /// </summary>
    private bool IsLiveTurn { get; set; } = true;

    internal static Canceled CanceledFailure(string message) =>
        (Canceled)RecordedFailures.ToException(new FailureInfo { Kind = FailureKind.Canceled, Message = message });

    /// <summary>Throws where the calling code is not in the run's turn.</summary>
    internal void RequireTurn()
    {
        if (_scheduler.IsCurrent)
        {
            GuardRead();
            return;
        }

        _scheduler.NoteDisturbed();
        throw new InvalidOperationException(
            "The workflow's Context was used outside the run's own code: after awaiting something that is not the "
            + "engine's, or on another thread.");
    }

    /// <summary>
    /// Whether the calling code may ask for something; where not, it waits forever, since the run has stalled or ended.
    /// </summary>
    internal bool MayCommand()
    {
        // No exception, which would take for ever to climb out of there.
        if (_scheduler.IsCurrent && _reader is null && IsTooDeep()) return false;
        RequireTurn();
        RequireWritable("ask anything of the engine");
        GuardAsk();
        if (Conditions.IsLooking)
            throw new InvalidOperationException(
                "A condition may only read the workflow's state; it must not start timers, activities or waits.");
        if (!_scheduler.IsRunningCode && _stall is null && _machine.IsOpen)
        {
            StallOn(FaultCodes.ForeignAwait,
                "Workflow code left the run's scheduler, by ConfigureAwait(false) or a task started elsewhere. Remove it: "
                + "every await in workflow code must return to the run.");
        }

        return _stall is null && _machine.IsOpen;
    }

    internal TimerMachine? StartTimer(TimerStarted asked) => Command(asked) ? _timers[asked.Command] : null;

    internal ActivityMachine? ScheduleActivity(ActivityScheduled asked) => Command(asked) ? _activities[asked.Command] : null;

    internal void CancelTimer(long command)
    {
        if (_timers.TryGetValue(command, out var machine) && machine.Cancel(CommandTime) is { } asked) Command(asked);
    }

    internal void CancelActivity(long command)
    {
        if (_activities.TryGetValue(command, out var machine)
            && machine.Cancel(MaybeOut(machine), CommandTime, _step) is { } asked) Command(asked);
    }

    /// <summary>Has something done when code cancels a token of its own.</summary>
    internal CancellationTokenRegistration OnCancel(long command, Action<WorkflowRun, long> action, CancellationToken token) =>
        token.UnsafeRegister(
            static state =>
            {
                var (run, command, action) = ((WorkflowRun, long, Action<WorkflowRun, long>))state!;
                if (!run._scheduler.IsCurrent) run._scheduler.NoteDisturbed();
                else if (run.MayCommand()) action(run, command);
            },
            (this, command, action));

    /// <summary>What code asks for becomes an event, or is matched with the recorded one.</summary>
    /// <returns>False where the run has stalled over it.</returns>
    private bool Command(HistoryEvent asked)
    {
        Volatile.Write(ref _lastAsked, asked);
        if (_matcher.Next is { } recorded)
        {
            if (!CommandMatcher.Fits(recorded, asked))
            {
                StallOnMismatch(CommandMatcher.Describe(recorded), CommandMatcher.Describe(asked));
                return false;
            }

            Apply(_matcher.Take(), isNew: false);
            TakePatchMarks();
            return true;
        }

        if (_position >= Settings.MaximumHistoryEvents && !RunMachine.IsClosing(asked))
        {
            StallAtLimit();
            return false;
        }

        _events.Add(asked);
        Apply(asked, isNew: true);
        return true;
    }

    private void BeginCode()
    {
        try
        {
            _workflow = _definition!.Create();
            _workflow.Context = _context;
            _code = InvokeCode(_workflow, _input);
        }
        catch (Exception e)
        {
            // The constructor is workflow code too.
            _code = Task.FromException<object?>(e);
        }

        _input = null;
    }

    /// <summary>Runs code until it waits for something that has not happened yet.</summary>
    private void Drain()
    {
        while (_stall is null && !IsClosed)
        {
            if (MayEnd)
            {
                EndFinishedHandlers();
                if (_stall is not null || IsClosed) break;

                // Beyond a replayed history the end belongs to the next turn; that there will be none shows at once.
                var end = EndOfCode();
                if (end is not null && (IsLiveTurn || IsReplaying)) Command(end);
                return;
            }

            if (!GuardContinuation()) break;
            if (!_scheduler.RunNext() && !Conditions.ReleaseNext()) return;
        }

        _scheduler.Clear();
    }

    private void ReplayAll()
    {
        IsLiveTurn = false;
        while (_matcher.Next is { } next && _stall is null)
        {
            if (IsClosed) throw Corrupt($"event {_matcher.Position + 1} is a {next.GetType().Name} after the run's end");
            if (_position == 0 && next is not RunStarted) throw Corrupt($"its first event is a {next.GetType().Name}");
            if (CommandMatcher.IsCommand(next))
            {
                StallOnMismatch(CommandMatcher.Describe(next), "nothing more at this point");
                break;
            }

            _step++;
            ApplyFact(_matcher.Take(), isNew: false);
            TakePatchMarks();
            Drain();
        }

        if (_matcher.Next is null) FindMissingPatch();
        SkipRest();
        IsLiveTurn = true;
        _isRebuilt = true;
    }

    /// <summary>Reads past what a stalled run could not replay: its length counts, and if it has ended, it has ended.</summary>
    private void SkipRest()
    {
        while (_matcher.Next is not null)
        {
            var skipped = _matcher.Take();
            _position++;
            if (!CommandMatcher.IsCommand(skipped)) _step++;
            if (skipped is RunStarted) throw Corrupt($"event {_position} starts the run a second time");
            _lastEventAt = skipped.At;
            if (IsOfOutbox(skipped)) ApplyOutbox(skipped, isNew: false);
            else NoteMessage(skipped);
            if (RunMachine.IsClosing(skipped) && _machine.IsOpen) ApplyEnd(skipped, isNew: false);
        }
    }

    private void CancelFollowers()
    {
        foreach (var command in _activities.Commands(static m => m.FollowsRun)) CancelActivity(command);
        foreach (var command in _timers.Commands(static m => m.FollowsRun)) CancelTimer(command);
        foreach (var command in _children.Commands(static m => m.FollowsRun)) CancelChild(command);
        var reason = _cancellation.Reason is { } given
            ? $"The run's cancellation was requested: {given}" : "The run's cancellation was requested.";
        Conditions.CancelFollowers(() => CanceledFailure(reason));
        try
        {
            _context.Cancel();
        }
        catch (AggregateException e)
        {
            StallOnException(e.GetBaseException());
        }
    }

    /// <summary>
    /// The event that the code's end comes to; null where it is none of a run but a bug, and the run has stalled.
    /// </summary>
    private HistoryEvent? EndOfCode()
    {
        try
        {
            var result = Settings.Converter.ToPayload(_code!.GetAwaiter().GetResult(), _definition!.OutputType);
            if (result.Data.Length > Settings.MaximumPayloadBytes)
            {
                throw new PayloadTooLarge(
                    $"result of workflow '{_definition.Name}'", result.Data.Length, Settings.MaximumPayloadBytes);
            }

            return new RunCompleted { At = CommandTime, Result = result };
        }
        catch (ContinueAsNew e)
        {
            return ContinueBy(e);
        }
        catch (Exception e)
        {
            // Whatever escapes workflow code is either a failure of the run or reason to stall; none is lost.
            var end = EndBy(e);
            if (end is null) StallOnException(e);
            return end;
        }
    }

    private HistoryEvent? EndBy(Exception e)
    {
        if (e is Canceled or OperationCanceledException && IsCancelRequested)
            return new RunCanceled { At = CommandTime, Failure = FailureRecorder.Of(e, Settings.Converter) };
        return e is RecordedFailure || Settings.FailsRun?.Invoke(e) == true
            ? new RunFailed { At = CommandTime, Failure = FailureRecorder.Of(e, Settings.Converter) }
            : null;
    }

    private void FindDisturbance()
    {
        if (!_scheduler.IsDisturbed || _stall is not null || !_machine.IsOpen) return;
        StallOn(FaultCodes.ForeignAwait,
            "Workflow code awaited something that is not the engine's (Task.Delay, Task.Run, I/O, or a task that other "
            + "code completes) and was to be resumed "
            + "from outside a turn. Await only what comes from Context; do everything else in activities.");
    }

    private void StallAtLimit() => StallOn(FaultCodes.HistoryTooLarge,
        $"The history has {_position:N0} events; the limit is {Settings.MaximumHistoryEvents:N0}. Continue as new before "
        + "that, raise the limit, or terminate the run.");

    private void StallOnException(Exception e)
    {
        if (e is PayloadUndecodable undecodable) StallOnCodec(undecodable);
        else StallOn(FaultCodes.UnexpectedException,
            $"Workflow code let an exception escape that is most likely a bug: {e.GetType()}: {e.Message} Deploy mended code, "
            + "and the run goes on; "
            + $"to fail the run on purpose, throw {nameof(ApplicationFailure)}.\n{e.StackTrace}");
    }

    private void StallOnCodec(PayloadUndecodable e) => StallOn(e.Code,
        $"{e.Message[(e.Code.Length + 2)..]} Register the codec with every silo, with its key, and the run goes on.");

    private void StallOnMismatch(string expected, string actual) => _stall ??= new Stall(
        FaultCodes.Nondeterminism,
        $"Workflow code does not fit its history: event {_matcher.Position + 1} is {expected}, but the code asked for {actual}. "
        + "Deploy code that fits (or guards its change), or reset the run.",
        expected, actual, _matcher.Position + 1);

    private void StallOn(string code, string message) =>
        _stall ??= new Stall(code, message, EventNumber: IsReplaying ? _matcher.Position : 0);
}
