using Orchestration.Grains.Kernel.History;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Machines;

/// <summary>One compensation of a saga. What it does is code, and the code's commands; this is where it stands.</summary>
/// <remarks>
/// <code>
/// state     input                                event                    next
/// (none)    code registers it, before its step   CompensationRegistered   Pending
/// Pending   the saga failed, its turn came       CompensationStarted      Running
/// Pending   the saga ended well                  SagaCompleted            (none)
/// Running   its code ended                       CompensationEnded        Done
/// Running   its code failed for good             CompensationEnded        Failed
/// </code>
/// </remarks>
internal sealed class CompensationMachine(CompensationRegistered registered)
{
    public long Command => registered.Command;

    public long Saga => registered.Saga;

    public CompensationState State { get; private set; }

    public FailureInfo? Failure { get; private set; }

    /// <summary>Changes the state by a recorded fact.</summary>
    /// <returns>False where it does not fit.</returns>
    public bool Apply(HistoryEvent happened)
    {
        switch (happened, State)
        {
            case (CompensationStarted, CompensationState.Pending):
                State = CompensationState.Running;
                return true;
            case (CompensationEnded e, CompensationState.Running):
                Failure = e.Failure;
                State = e.Failure is null ? CompensationState.Done : CompensationState.Failed;
                return true;
            default:
                return false;
        }
    }

    public CompensationSnapshot Describe() => new(Command, Saga, registered.Name, State, Failure);
}
