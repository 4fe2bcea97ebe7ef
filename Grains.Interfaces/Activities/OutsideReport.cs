using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Activities;

/// <summary>The outcome of an attempt, or a sign of life, from outside.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.outside-report")]
public sealed record OutsideReport
{
    /// <summary>Who reports, and the request's number.</summary>
    [Id(0)] public required ClientRequest Request { get; init; }

    /// <summary>Which attempt.</summary>
    [Id(1)] public required AttemptId Id { get; init; }

    /// <summary>What happened to it: completed, failed or cancelled; started for a mere sign of life.</summary>
    [Id(2)] public required ActivityReportKind Kind { get; init; }

    /// <summary>The result of a completed one; the details of a sign of life.</summary>
    [Id(3)] public Payload? Value { get; init; }

    /// <summary>The failure of a failed or cancelled one.</summary>
    [Id(4)] public FailureInfo? Failure { get; init; }
}

/// <summary>What came of it.</summary>
/// <param name="Fault">Why nothing did.</param>
/// <param name="Reason">Why the attempt should end, of a sign of life.</param>
/// <param name="IsPaused">Whether the activity is paused.</param>
[GenerateSerializer, Immutable, Alias("orchestration.outside-reply")]
public sealed record OutsideReply(
    [property: Id(0)] Fault? Fault, [property: Id(1)] ActivityCancellationReason Reason = default, [property: Id(
        2)] bool IsPaused = false);
