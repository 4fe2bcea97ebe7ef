using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Stimuli;

/// <summary>What the receiver of a message between runs answers.</summary>
public enum MessageAnswer
{
    /// <summary>It is durable there, or has been before.</summary>
    Taken,

    /// <summary>There is no such instance or run.</summary>
    NotFound,

    /// <summary>The run has ended, without it.</summary>
    Closed,

    /// <summary>Of a start: a run holds the id.</summary>
    AlreadyStarted,

    /// <summary>Of a start: the type is not hosted.</summary>
    UnknownType,

    /// <summary>It cannot be taken as it stands.</summary>
    Refused,
}

/// <summary>A message of the run's outbox has been answered.</summary>
/// <param name="Number">The message's number.</param>
/// <param name="Answer">The answer.</param>
/// <param name="Run">The run that the message was for; of a question for it, the run that was found.</param>
/// <param name="Message">Why, where it was not taken.</param>
public sealed record AnswerMessage(long Number, MessageAnswer Answer, RunId? Run, string? Message = null) : Stimulus;

/// <summary>A child has ended.</summary>
/// <param name="Command">The command that started it.</param>
/// <param name="ChildRun">The first of its runs.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Result">Its result.</param>
/// <param name="Failure">Its failure.</param>
public sealed record ReportChild(
    long Command, RunId ChildRun, WorkflowStatus Status, Payload? Result, FailureInfo? Failure) : Stimulus;
