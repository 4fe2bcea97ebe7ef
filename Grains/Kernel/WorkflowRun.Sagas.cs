using Orchestration.Grains.Kernel.Execution;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Machines;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

// Sagas: what their code tells of its compensations.
public sealed partial class WorkflowRun
{
    /// <summary>How many compensations that were carried out stay to be seen.</summary>
    private const int KeptDone = 100;

    private MachineTable<CompensationMachine> _compensations;
    private Queue<long>? _doneCompensations;

    /// <summary>Registers what undoes a step.</summary>
    /// <param name="saga">The saga; 0 where this is its first compensation.</param>
    /// <param name="name">What people call it.</param>
    /// <returns>Its command number; 0 where the run has stalled.</returns>
    internal long RegisterCompensation(long saga, string name)
    {
        var command = NextCommand;
        var asked = new CompensationRegistered
        {
            At = CommandTime, Command = command, Saga = saga == 0 ? command : saga, Name = name,
        };
        return MayCommand() && Command(asked) ? command : 0;
    }

    internal void StartCompensation(long command)
    {
        if (MayCommand()) Command(new CompensationStarted { At = CommandTime, Command = command });
    }

    internal void EndCompensation(long command, FailureInfo? failure)
    {
        if (MayCommand()) Command(new CompensationEnded { At = CommandTime, Command = command, Failure = failure });
    }

    internal void CompleteSaga(long saga)
    {
        if (MayCommand()) Command(new SagaCompleted { At = CommandTime, Saga = saga });
    }

    /// <summary>Whether an exception of the code is a failure of the run, and not most likely a bug.</summary>
    internal bool IsFailure(Exception e) =>
        e is RecordedFailure || (e is OperationCanceledException && IsCancelRequested) || Settings.FailsRun?.Invoke(e) == true;

    /// <summary>The code cannot go on with that exception.</summary>
    internal void StallBy(Exception e)
    {
        if (MayCommand()) StallOnException(e);
    }

    /// <summary>Cancels activities that have not ended; what they are waited for is up to the caller.</summary>
    internal void CancelSteps(IReadOnlyList<long> commands)
    {
        for (var i = 0; i < commands.Count; i++)
            if (MayCommand()) CancelActivity(commands[i]);
    }

    /// <summary>Whether an activity has not ended.</summary>
    internal bool IsPending(long command) => _activities.ContainsKey(command);

    private void ApplySaga(HistoryEvent happened)
    {
        switch (happened)
        {
            case CompensationRegistered e:
                NoteCommand(e.Command);
                _compensations.Add(e.Command, new CompensationMachine(e));
                break;
            case SagaCompleted e:
                foreach (var command in _compensations.Commands(m => m.Saga == e.Saga)) _compensations.Remove(command);
                break;
            default:
                var machine = Find(_compensations, CommandMatcher.CommandOf(happened), happened);
                if (!machine.Apply(happened))
                    throw Corrupt($"event {_position} is a {happened.GetType().Name} of a compensation that is {machine.State}");
                if (machine.State == CompensationState.Done) ForgetLongDone(machine.Command);
                break;
        }
    }

    private void ForgetLongDone(long command)
    {
        (_doneCompensations ??= new Queue<long>()).Enqueue(command);
        if (_doneCompensations.Count > KeptDone) _compensations.Remove(_doneCompensations.Dequeue());
    }
}
