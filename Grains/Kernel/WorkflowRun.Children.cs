using Orchestration.Grains.Kernel.Effects;
using Orchestration.Grains.Kernel.Execution;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Machines;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

// Children and messages to other runs: what code asks for, and what comes of it.
public sealed partial class WorkflowRun
{
    private MachineTable<ChildMachine> _children;
    private MachineTable<ExternalMachine> _externals;

    internal ChildMachine? StartChild(ChildScheduled asked) => Command(asked) ? _children[asked.Command] : null;

    /// <summary>Sends a message; the task ends once its receiver has it (never, where the run has stalled).</summary>
    internal Task SendExternal(HistoryEvent asked)
    {
        var waiter = new VoidWaiter();
        if (Command(asked)) _externals[CommandMatcher.CommandOf(asked)].Waiter = waiter;
        return waiter.Task;
    }

    /// <summary>Cancels a child as its options say: the wait for it is cancelled.</summary>
    internal void CancelChild(long command)
    {
        if (_children.TryGetValue(command, out var machine) && !machine.CancelRequested)
            RequestCancel(machine, machine.Settings.Cancellation, null);
    }

    /// <summary>Asks a child to cancel, whatever its options say of cancelled waits; ends once the child has that.</summary>
    internal Task CancelChild(long command, string? reason)
    {
        RunContext.CheckReason(reason);
        if (!_children.TryGetValue(command, out var machine) || machine.CancelRequested) return Task.CompletedTask;
        var number = NextCommand;
        if (!RequestCancel(machine, ChildCancellationType.WaitCancellationCompleted, reason)) return new VoidWaiter().Task;
        if (!_externals.TryGetValue(number, out var message)) return Task.CompletedTask; // it waited for its next attempt
        message.Waiter = new VoidWaiter();
        return message.Waiter.Task;
    }

    private bool RequestCancel(ChildMachine machine, ChildCancellationType cancellation, string? reason) =>
        Command(new ChildCancelRequested
        {
            At = CommandTime, Command = NextCommand, Child = machine.Command, Cancellation = cancellation, Reason = reason,
        });

    private void TakeChildReport(ReportChild report)
    {
        if (!_children.TryGetValue(report.Command, out var machine) || machine.RunId != report.ChildRun) return;
        if (machine.State == ChildState.BackingOff) BeginAttempt(machine); // an earlier activation has handed its start out
        if (machine.State == ChildState.Starting)
        {
            // The outcome is quicker than the answer to the start, and says as much.
            Happen(new ChildStarted { At = TurnTime, Command = machine.Command, RunId = machine.RunId });
            if (IsClosed) return;
            if (_stall is not null)
            {
                (_refused ??= []).Add(report);
                return;
            }
        }

        Happen(machine.Report(report, TurnTime));
    }

    private void TakeAnswer(AnswerMessage answer)
    {
        if (answer.Number < 0)
        {
            if (_inherited?.ContainsKey(answer.Number) == true)
                Happen(new OwedSettled { At = TurnTime, Owed = (int)-answer.Number });
        }
        else if (_children.TryGetValue(answer.Number, out var child))
        {
            Happen(child.Answer(answer, TurnTime));
        }
        else if (_externals.TryGetValue(answer.Number, out var external))
        {
            Happen(external.Answer(answer, TurnTime));
        }
    }

    /// <summary>The next run of a child is due.</summary>
    private void HandOutChild(ChildMachine machine)
    {
        BeginAttempt(machine);
        _effects.Add(new SendMessage(machine.Start(Started)));
    }

    private void BeginAttempt(ChildMachine machine)
    {
        machine.NoteDue();
        _starting++;
    }

    /// <summary>Facts of children and messages; also of a stalled run, whose code does not come so far.</summary>
    private void ApplyOutbox(HistoryEvent happened, bool isNew)
    {
        switch (happened)
        {
            case ChildScheduled e:
                var child = new ChildMachine(e, _step);
                _children.Add(e.Command, child);
                _starting++;
                if (isNew) _effects.Add(new SendMessage(child.Start(Started)));
                break;
            case ChildStarted e:
                ApplyTo(Find(_children, e.Command, e), e).StartWaiter?.TrySetResult(); // a later attempt starts again
                break;
            case ChildStartFailed e:
                var refused = EndChild(e.Command, e);
                FailChild(refused, RecordedFailures.ToException(refused.FailureOf(e)));
                break;
            case ChildRetryScheduled e:
                var retried = ApplyTo(Find(_children, e.Command, e), e);
                _wakes.Add(retried.DueAt, e.Command, WakeKind.ChildRetry, e.Attempt);
                break;
            case ChildCompleted e:
                EndChild(e.Command, e).Outcome?.Complete(e.Result);
                break;
            case ChildEnded e:
                var ended = EndChild(e.Command, e);
                ended.Outcome?.Fail(RecordedFailures.ToException(ended.FailureOf(e)));
                break;
            case ChildCancelRequested e:
                ApplyChildCancel(e, isNew);
                break;
            default:
                ApplyExternal(happened, isNew);
                break;
        }
    }

    private void ApplyChildCancel(ChildCancelRequested e, bool isNew)
    {
        var machine = Find(_children, e.Child, e);
        var waited = machine.State == ChildState.BackingOff;
        ApplyTo(machine, e);
        if (waited) EndOf(machine);
        else if (e.Cancellation != ChildCancellationType.Abandon)
            Send(MessageOf(RunMessageKind.Cancel, e.Command, machine.Key, machine.RunId) with { Reason = e.Reason }, isNew);
        if (waited || e.Cancellation != ChildCancellationType.WaitCancellationCompleted)
            FailChild(machine, CanceledFailure($"Child workflow '{machine.Key.Id}' ({machine.WorkflowType}) was cancelled."));
    }

    private void ApplyExternal(HistoryEvent happened, bool isNew)
    {
        switch (happened)
        {
            case ExternalSignalRequested e:
                Send(MessageOf(RunMessageKind.Signal, e.Command, e.Key, e.RunId) with
                {
                    Name = e.Name,
                    Arguments = e.Arguments,
                    Headers = e.Headers,
                },
                    isNew);
                break;
            case ExternalCancelRequested e:
                Send(MessageOf(RunMessageKind.Cancel, e.Command, e.Key, e.RunId) with { Reason = e.Reason }, isNew);
                break;
            case ExternalBound e:
                var bound = Find(_externals, e.Command, e);
                bound.Apply(e);
                _unbound--;
                if (isNew) _effects.Add(new SendMessage(bound.Message));
                break;
            case ExternalDelivered e:
                EndExternal(e.Command, e).Waiter?.Complete(null);
                break;
            case ExternalFailed e:
                var failed = EndExternal(e.Command, e);
                failed.Waiter?.Fail(RecordedFailures.ToException(failed.FailureOf(e)));
                break;
            case OwedSettled e:
                if (_inherited?.Remove(-e.Owed) != true)
                    throw Corrupt($"event {_position} settles message {e.Owed}, which is not owed");
                break;
            default:
                throw new InvalidOperationException($"The outbox takes no {happened.GetType().Name}.");
        }
    }

    private void Send(RunMessage message, bool isNew)
    {
        var machine = new ExternalMachine(message, _step);
        _externals.Add(message.Number, machine);
        if (message.TargetRun is null) _unbound++;
        if (isNew) _effects.Add(new SendMessage(machine.Message));
    }

    private RunMessage MessageOf(RunMessageKind kind, long number, WorkflowKey target, RunId? run) => new()
    {
        Kind = kind,
        Source = new MessageSource(Started.Key, Started.RunId, number),
        Number = number,
        Target = target,
        TargetRun = run,
    };

    private ExternalMachine EndExternal(long command, HistoryEvent e)
    {
        var machine = Find(_externals, command, e);
        if (machine.TargetRun is null) _unbound--;
        machine.Apply(e);
        _externals.Remove(command);
        return machine;
    }

    private ChildMachine EndChild(long command, HistoryEvent e)
    {
        var machine = ApplyTo(Find(_children, command, e), e);
        EndOf(machine);
        return machine;
    }

    private void EndOf(ChildMachine machine)
    {
        _children.Remove(machine.Command);
        if (machine.Attempt > 1) _wakes.NoteStale(1);
        machine.Registration.Unregister();
    }

    private ChildMachine ApplyTo(ChildMachine machine, HistoryEvent e)
    {
        if (machine.State == ChildState.Starting) _starting--;
        machine.Apply(e);
        if (machine.State == ChildState.Starting) _starting++;
        return machine;
    }

    private static void FailChild(ChildMachine machine, Exception failure)
    {
        machine.Registration.Unregister();
        machine.StartWaiter?.TrySetException(failure);
        machine.Outcome?.Fail(failure);
    }
}
