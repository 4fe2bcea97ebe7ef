using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Activities;

/// <summary>What a host has to say of an attempt.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.activity-report")]
public sealed record ActivityReport
{
    /// <summary>Which attempt.</summary>
    [Id(0)] public required AttemptId Id { get; init; }

    /// <summary>What happened to it.</summary>
    [Id(1)] public required ActivityReportKind Kind { get; init; }

    /// <summary>The result of a completed one.</summary>
    [Id(2)] public Payload? Result { get; init; }

    /// <summary>The failure of a failed or cancelled one.</summary>
    [Id(3)] public FailureInfo? Failure { get; init; }

    /// <summary>How long the attempt has run, of one that ends from outside.</summary>
    [Id(4)] public TimeSpan Ran { get; init; }

    /// <summary>
    /// How many events the run had when it dispatched the attempt; 0 where that is not known. An attempt that never ran is
    /// scheduled anew under its number, so that the number alone does not tell which of the two a report is about.
    /// </summary>
    [Id(5)] public long AsOf { get; init; }
}

/// <summary>What happened to an attempt.</summary>
public enum ActivityReportKind
{
    /// <summary>It began to run.</summary>
    Started,

    /// <summary>It ended with a result.</summary>
    Completed,

    /// <summary>It ended with a failure, a timeout among them.</summary>
    Failed,

    /// <summary>It ended because it was cancelled.</summary>
    Canceled,

    /// <summary>It was interrupted by its silo's shutdown.</summary>
    Interrupted,

    /// <summary>
    /// It was accepted, but not begun before its silo's shutdown, and never will be: it is known to have had no effect.
    /// </summary>
    NeverRan,

    /// <summary>Its code ended, and its outcome is to come from outside: the host forgets it.</summary>
    MovedOutside,
}

/// <summary>What a run did with a report.</summary>
public enum ReportReply
{
    /// <summary>It is durable, or not wanted any more: the host may forget it.</summary>
    Acknowledged,

    /// <summary>It could not be taken now: report it again later.</summary>
    TryAgain,
}
