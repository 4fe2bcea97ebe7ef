using Orleans;

namespace Orchestration.Grains.Interfaces.Workflows;

/// <summary>What became of a message between runs.</summary>
public enum RunCallAnswer
{
    /// <summary>Nothing for now: it is to be sent again.</summary>
    TryAgain,

    /// <summary>It is durable, or has been before.</summary>
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

/// <summary>The answer to a message between runs; given once what it changed is durable.</summary>
/// <param name="Answer">What became of it.</param>
/// <param name="Run">Of a question for it: the first of the chain of runs that the receiver is at.</param>
/// <param name="Message">Why, where it was not taken.</param>
[GenerateSerializer, Immutable, Alias("orchestration.run-call-reply")]
public sealed record RunCallReply(
    [property: Id(0)] RunCallAnswer Answer, [property: Id(1)] Guid? Run = null, [property: Id(2)] string? Message = null);
