using Orchestration.Grains.Kernel.History;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Execution;

/// <summary>
/// The recorded history as a replay consumes it: facts are taken in order, and what the code asks for is matched with what it
/// asked for then.
/// </summary>
internal sealed class CommandMatcher
{
    private IEnumerator<HistoryEvent>? _history;

    /// <summary>A matcher without history: everything is new.</summary>
    public CommandMatcher()
    {
    }

    public CommandMatcher(IEnumerable<HistoryEvent> history)
    {
        _history = history.GetEnumerator();
        MoveNext();
    }

    /// <summary>The next recorded event; null at the end.</summary>
    public HistoryEvent? Next { get; private set; }

    /// <summary>How many events were taken; the number of the last one.</summary>
    public long Position { get; private set; }

    /// <summary>Takes the next event.</summary>
    public HistoryEvent Take()
    {
        var taken = Next ?? throw new InvalidOperationException("The history has no further event.");
        Position++;
        MoveNext();
        return taken;
    }

    /// <summary>Whether an event records what code asked for, and not what reached the run from outside.</summary>
    public static bool IsCommand(HistoryEvent e) =>
        e is ActivityScheduled or CompensationRegistered or CompensationStarted or CompensationEnded or SagaCompleted
            or TimerStarted or TimerCanceled or ActivityCanceled or ActivityCancelRequested
            or RunCompleted or RunFailed or RunCanceled or RunContinuedAsNew or UpdateCompleted or TokenCreated or TokenRevoked
        || IsOutboxCommand(e);

    /// <summary>Whether an event records that code asked for a child, or for a message to another run.</summary>
    public static bool IsOutboxCommand(HistoryEvent e) =>
        e is ChildScheduled or ChildCancelRequested or ExternalSignalRequested or ExternalCancelRequested;

    /// <summary>Whether what code asks for now is what was recorded: by number, kind and name.</summary>
    public static bool Fits(HistoryEvent recorded, HistoryEvent asked) => (recorded, asked) switch
    {
        (ActivityScheduled r, ActivityScheduled a) => r.Command == a.Command && r.ActivityType == a.ActivityType,
        (CompensationRegistered r, CompensationRegistered a) => r.Command == a.Command && r.Saga == a.Saga,
        (CompensationStarted r, CompensationStarted a) => r.Command == a.Command,
        (CompensationEnded r, CompensationEnded a) => r.Command == a.Command,
        (SagaCompleted r, SagaCompleted a) => r.Saga == a.Saga,
        (TimerStarted r, TimerStarted a) => r.Command == a.Command,
        (TimerCanceled r, TimerCanceled a) => r.Command == a.Command,

        // Which of the two it is follows from where the attempt was then; the history knows.
        (ActivityCanceled or ActivityCancelRequested, ActivityCanceled or ActivityCancelRequested) =>
            CommandOf(recorded) == CommandOf(asked),
        (TokenCreated r, TokenCreated a) => r.Command == a.Command,
        (TokenRevoked r, TokenRevoked a) => r.Command == a.Command,
        (UpdateCompleted r, UpdateCompleted a) => r.UpdateId == a.UpdateId,
        (ChildScheduled r, ChildScheduled a) => r.Command == a.Command && r.WorkflowType == a.WorkflowType && r.Key == a.Key,
        (ChildCancelRequested r, ChildCancelRequested a) => r.Command == a.Command && r.Child == a.Child,
        (ExternalSignalRequested r, ExternalSignalRequested a) => r.Command == a.Command && r.Name == a.Name && r.Key == a.Key,
        (ExternalCancelRequested r, ExternalCancelRequested a) => r.Command == a.Command && r.Key == a.Key,
        (RunContinuedAsNew r, RunContinuedAsNew a) => r.WorkflowType == a.WorkflowType,
        (RunCompleted, RunCompleted) or (RunFailed, RunFailed) or (RunCanceled, RunCanceled) => true,
        _ => false,
    };

    /// <summary>What an event says, as a mismatch shows it.</summary>
    public static string Describe(HistoryEvent e) => e switch
    {
        ActivityScheduled a => $"ActivityScheduled {a.Command} '{a.ActivityType}'",
        SignalReceived s => $"SignalReceived '{s.Name}'",
        UpdateAccepted u => $"UpdateAccepted '{u.Name}' ({u.UpdateId})",
        UpdateCompleted u => $"UpdateCompleted ({u.UpdateId})",
        RunStarted r => $"RunStarted '{r.WorkflowType}'",
        RunContinuedAsNew r => $"RunContinuedAsNew '{r.WorkflowType}'",
        ChildScheduled c => $"ChildScheduled {c.Command} '{c.WorkflowType}' '{c.Key}'",
        ExternalSignalRequested x => $"ExternalSignalRequested {x.Command} '{x.Name}' to '{x.Key}'",
        ExternalCancelRequested x => $"ExternalCancelRequested {x.Command} to '{x.Key}'",
        CompensationRegistered c => $"CompensationRegistered {c.Command} '{c.Name}'",
        SagaCompleted c => $"SagaCompleted {c.Saga}",
        ActivityCompleted { Local: { } local } a => $"the outcome of local activity {a.Command} '{local}'",
        ActivityEnded { Local: { } local } a => $"the outcome of local activity {a.Command} '{local}'",
        ActivityRetryScheduled { Local: { } local } a => $"a retry of local activity {a.Command} '{local}'",
        _ when CommandOf(e) is var command and > 0 => $"{e.GetType().Name} {command}",
        _ => e.GetType().Name,
    };

    /// <summary>The command that an event belongs to; 0 where it belongs to none.</summary>
    public static long CommandOf(HistoryEvent e) => e switch
    {
        ActivityScheduled a => a.Command,
        ActivityRetryScheduled a => a.Command,
        ActivityCompleted a => a.Command,
        ActivityEnded a => a.Command,
        ActivityCanceled a => a.Command,
        ActivityCancelRequested a => a.Command,
        ActivityMovedOutside a => a.Command,
        ActivityPaused a => a.Command,
        ActivityResumed a => a.Command,
        ActivityReset a => a.Command,
        ActivityOptionsChanged a => a.Command,
        CompensationRegistered c => c.Command,
        CompensationStarted c => c.Command,
        CompensationEnded c => c.Command,
        TimerStarted t => t.Command,
        TimerFired t => t.Command,
        TimerCanceled t => t.Command,
        ChildScheduled c => c.Command,
        ChildStarted c => c.Command,
        ChildStartFailed c => c.Command,
        ChildRetryScheduled c => c.Command,
        ChildCompleted c => c.Command,
        ChildEnded c => c.Command,
        ChildCancelRequested c => c.Command,
        ExternalSignalRequested x => x.Command,
        ExternalCancelRequested x => x.Command,
        ExternalBound x => x.Command,
        ExternalDelivered x => x.Command,
        ExternalFailed x => x.Command,
        TokenCreated t => t.Command,
        TokenCompleted t => t.Command,
        TokenRevoked t => t.Command,
        _ => 0,
    };

    private void MoveNext()
    {
        if (_history is null) return;
        if (_history.MoveNext())
        {
            Next = _history.Current ?? throw new EngineFault(
                FaultCodes.CorruptHistory, $"Event {Position + 1} of the history is missing. Restore the run from a backup.");
            return;
        }

        _history.Dispose();
        _history = null;
        Next = null;
    }
}
