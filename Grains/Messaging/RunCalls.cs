using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Messaging;

/// <summary>Messages between runs as they cross grain calls.</summary>
internal static class RunCalls
{
    /// <summary>A message on its way.</summary>
    /// <param name="message">The message.</param>
    /// <param name="repeated">Whether it may have been delivered before.</param>
    public static RunCall Of(RunMessage message, bool repeated) => new()
    {
        Kind = (RunCallKind)message.Kind,
        SourceKey = message.Source.Key.ToGrainKey(),
        SourceRun = message.Source.RunId.Value,
        SourceCommand = message.Source.Command,
        TargetRun = message.TargetRun?.Value,
        Name = message.Name,
        Arguments = message.Arguments is null ? null : message.Arguments as Payload[] ?? [.. message.Arguments],
        Reason = message.Reason,
        IdReuse = message.IdReuse,
        ChildRun = message.ChildRun?.Value,
        Status = message.Status,
        Result = message.Result,
        Failure = message.Failure,
        Repeated = repeated,
        Headers = message.Headers is { Count: > 0 } headers ? new Dictionary<string, string>(headers) : null,
        Start = message.Start is not { } start ? null : new RunCallStart
        {
            Version = start.Version,
            RunTimeout = start.RunTimeout,
            ExecutionTimeout = start.ExecutionTimeout,
            ExecutionDeadline = start.ExecutionDeadline,
            StartDelay = start.StartDelay,
        },
    };

    /// <summary>Who sent it.</summary>
    public static MessageSource SourceOf(RunCall call) =>
        new(WorkflowKey.FromGrainKey(call.SourceKey), new RunId(call.SourceRun), call.SourceCommand);

    /// <summary>An answer as the sending run takes it.</summary>
    public static AnswerMessage ToStimulus(RunMessage message, RunCallReply reply) => new(
        message.Number,
        reply.Answer switch
        {
            RunCallAnswer.Taken => MessageAnswer.Taken,
            RunCallAnswer.NotFound => MessageAnswer.NotFound,
            RunCallAnswer.Closed => MessageAnswer.Closed,
            RunCallAnswer.AlreadyStarted => MessageAnswer.AlreadyStarted,
            RunCallAnswer.UnknownType => MessageAnswer.UnknownType,
            _ => MessageAnswer.Refused,
        },
        message.TargetRun ?? (reply.Run is { } run ? new RunId(run) : null),
        reply.Message);
}
