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

    /// <summary>
    /// What became of an update; null where its id is not known. Durable between turns only. Of a run that has ended every update
    /// has an outcome.
    /// </summary>
    public UpdateState? FindUpdate(string updateId)
    {
        if (!_updates.TryGetValue(updateId, out var machine)) return null;
        var completed = machine.Completed;
        if (completed is null && ClosingEvent is { } end)
            completed = new UpdateCompleted { At = end.At, UpdateId = updateId, Failure = Unfinished(machine, Status) };
        return new UpdateState(updateId, machine.Name, completed);
    }

    private MessageCarry? CarryMessages()
    {
        var carry = new MessageCarry
        {
            Signals = [.. _handlers.Where(static h => h.Update is null && h.State is HandlerState.Waiting or HandlerState.Queued)
                .Select(static h => new CarriedSignal { Name = h.Name, Arguments = h.Arguments, Headers = h.Headers })],
            Senders = _requests.Carry(),
            Updates = [.. _updateOrder.Where(static u => u.Completed is not null).TakeLast(CarriedUpdates)
                .Concat(_updateOrder.Where(static u => u.Completed is null)).Select(OutcomeOf)],
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
        foreach (var update in carry.Updates)
        {
            AddUpdate(update.UpdateId, update.Name).Apply(new UpdateCompleted
            {
                At = _lastEventAt, UpdateId = update.UpdateId, Result = update.Result, Failure = update.Failure,
            });
        }

        foreach (var signal in carry.Signals)
            Receive(new HandlerMachine(this, signal.Name, signal.Arguments, null) { Headers = signal.Headers }, null);
    }
}
