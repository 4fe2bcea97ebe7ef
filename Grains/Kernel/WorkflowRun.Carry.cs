using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Machines;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

// What becomes of messages when their run ends, and what the run that continues it takes over: every signal that no handler has
// begun to handle, in order; every outcome that a repeat may ask for. An accepted update has begun, and is not begun again, since
// its steps would happen twice: it fails with the run's end, for good.
public sealed partial class WorkflowRun
{
    private const int CarriedUpdates = 128;
    private const int KeptOutcomes = 2 * CarriedUpdates;

    private Queue<UpdateMachine>? _outcomes; // in memory, in the order of their ends; most runs have none
    private UpdateIdLog? _olderUpdates;

    /// <summary>The run before it, which handed on what it knew of messages; null where there is none.</summary>
    public RunId? ContinuedFrom => Started.ContinuedFrom;

    /// <summary>
    /// Whether this run or one before it took an update, so that it is not to be carried out again. Its outcome may be known to
    /// the histories alone.
    /// </summary>
    public bool MayHaveTaken(string updateId) => _updates.ContainsKey(updateId) || _olderUpdates?.Knows(updateId) == true;

    /// <summary>
    /// What became of an update of this run, or of one that was handed on to it; null where its id is not known. Durable between
    /// turns only. Of a run that has ended every update has an outcome.
    /// </summary>
    public UpdateState? FindUpdate(string updateId)
    {
        if (!_updates.TryGetValue(updateId, out var machine)) return null;
        var completed = machine.Completed;
        if (!machine.IsCompleted && ClosingEvent is { } end)
            completed = new UpdateCompleted { At = end.At, UpdateId = updateId, Failure = Unfinished(machine, Status) };
        return new UpdateState(updateId, machine.Name, completed) { IsFaded = machine.IsFaded };
    }

    /// <summary>An update has its outcome; that of the oldest is left to the history.</summary>
    private void Finish(UpdateMachine update, UpdateCompleted outcome)
    {
        update.Apply(outcome);
        _outcomes ??= new Queue<UpdateMachine>();
        _outcomes.Enqueue(update);
        if (_outcomes.Count > KeptOutcomes) _outcomes.Dequeue().Fade();
    }

    private MessageCarry? CarryMessages()
    {
        var outcomes = _outcomes?.TakeLast(CarriedUpdates).ToHashSet() ?? [];
        var older = _updateOrder.Where(u => u.IsCompleted && !outcomes.Contains(u)).Select(static u => u.UpdateId).ToList();
        var carry = new MessageCarry
        {
            Signals = [.. _handlers.Where(static h => h.Update is null && h.State is HandlerState.Waiting or HandlerState.Queued)
                .Select(static h => new CarriedSignal { Name = h.Name, Arguments = h.Arguments, Headers = h.Headers })],
            Senders = _requests.Carry(),
            Updates = [.. outcomes.Concat(_updateOrder.Where(static u => !u.IsCompleted)).Select(OutcomeOf)],
            OlderUpdates = older.Count == 0 && _olderUpdates is null ? default : (_olderUpdates ?? new()).CarryWith(older),
        };
        return carry.Signals.Count + carry.Senders.Count + carry.Updates.Count == 0 ? null : carry;
    }

    private CarriedUpdate OutcomeOf(UpdateMachine update) => new()
    {
        UpdateId = update.UpdateId,
        Name = update.Name,
        Result = update.Completed?.Result,
        Failure = update.Completed is { } completed ? completed.Failure : Unfinished(update, WorkflowStatus.ContinuedAsNew),
    };

    private FailureInfo Unfinished(UpdateMachine update, WorkflowStatus status)
    {
        var ended = status == WorkflowStatus.ContinuedAsNew ? "continued as new" : $"ended ({status})";
        return new FailureInfo
        {
            Kind = FailureKind.RunEnded,
            Message = $"Run {Started.RunId} of '{Started.Key}' {ended} before the handler of update '{update.Name}' "
                + $"({update.UpdateId}) had finished. What it had done by then stands; it is not carried out again.",
            NonRetryable = true,
            WorkflowId = Started.Key.Id.Value,
            WorkflowType = Started.WorkflowType,
            RunId = Started.RunId,
            Status = status,
        };
    }

    /// <summary>
    /// Takes over what an earlier run handed on; part of applying <see cref="RunStarted"/>, once the code is queued.
    /// </summary>
    private void AdoptMessages(MessageCarry carry)
    {
        _requests.Adopt(carry.Senders);
        if (!carry.OlderUpdates.IsEmpty) (_olderUpdates = new UpdateIdLog()).Adopt(carry.OlderUpdates);
        foreach (var update in carry.Updates)
        {
            Finish(AddUpdate(update.UpdateId, update.Name), new UpdateCompleted
            {
                At = _lastEventAt, UpdateId = update.UpdateId, Result = update.Result, Failure = update.Failure,
            });
        }

        foreach (var signal in carry.Signals)
            Receive(new HandlerMachine(this, signal.Name, signal.Arguments, null) { Headers = signal.Headers }, null);
    }
}
