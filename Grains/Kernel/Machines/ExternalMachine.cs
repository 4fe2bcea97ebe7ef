using Orchestration.Grains.Kernel.Execution;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Machines;

/// <summary>One message to another workflow, until its receiver has it.</summary>
/// <remarks>
/// <code>
/// state     input                              event                        next
/// (none)    code signals or cancels            ExternalSignalRequested,     Unbound, or Bound where code names the run
///                                              ExternalCancelRequested,
///                                              ChildCancelRequested
/// Unbound   the receiver's run is known        ExternalBound                Bound
/// Unbound   there is none, or it has ended     ExternalFailed               Ended
/// Bound     taken by the receiver              ExternalDelivered            Ended
/// Bound     refused, or the receiver ended     ExternalFailed               Ended
/// </code>
/// Anything else changes nothing.
/// </remarks>
internal sealed class ExternalMachine
{
    private readonly RunMessage _message;

    public ExternalMachine(RunMessage message, long step)
    {
        _message = message;
        TargetRun = message.TargetRun;
        Step = step;
    }

    public long Command => _message.Number;

    /// <summary>The step of the run in which code asked for it.</summary>
    public long Step { get; }

    public RunId? TargetRun { get; private set; }

    public bool IsEnded { get; private set; }

    /// <summary>The workflow code that waits for it.</summary>
    public VoidWaiter? Waiter { get; set; }

    /// <summary>What is to be sent: first the question which run it is for, then the message itself.</summary>
    public RunMessage Message => TargetRun is { } run
        ? _message with { TargetRun = run }
        : _message with { Kind = RunMessageKind.Bind };

    /// <summary>The receiver has answered.</summary>
    public HistoryEvent? Answer(AnswerMessage answer, DateTimeOffset at)
    {
        if (IsEnded) return null;
        if (TargetRun is null)
        {
            return answer is { Answer: MessageAnswer.Taken, Run: { } run }
                ? new ExternalBound { At = at, Command = Command, RunId = run }
                : Fail(answer, at);
        }

        if (answer.Run != TargetRun) return null; // a late answer to the question before
        return answer.Answer == MessageAnswer.Taken ? new ExternalDelivered { At = at, Command = Command } : Fail(answer, at);
    }

    /// <summary>Changes the state by a recorded fact.</summary>
    public void Apply(HistoryEvent happened)
    {
        if (happened is ExternalBound bound) TargetRun = bound.RunId;
        else IsEnded = true;
    }

    /// <summary>The failure that workflow code sees.</summary>
    public FailureInfo FailureOf(ExternalFailed failed) => new()
    {
        Kind = FailureKind.ExternalWorkflow,
        Message = _message.Kind == RunMessageKind.Signal
            ? $"Signal '{_message.Name}' did not reach workflow '{_message.Target}': {failed.Message}"
            : $"The request to cancel did not reach workflow '{_message.Target}': {failed.Message}",
        Type = failed.Problem.ToString(),
        WorkflowId = _message.Target.Id.Value,
    };

    private ExternalFailed Fail(AnswerMessage answer, DateTimeOffset at) => new()
    {
        At = at,
        Command = Command,
        Problem = answer.Answer switch
        {
            MessageAnswer.NotFound => ExternalProblem.NotFound,
            MessageAnswer.Closed => ExternalProblem.Closed,
            _ => ExternalProblem.Refused,
        },
        Message = answer.Message ?? answer.Answer.ToString(),
    };
}
