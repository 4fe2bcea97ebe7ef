using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>
/// The completion, failure, cancellation or heartbeat of an activity from outside, as interceptors see it.
/// </summary>
public sealed record ActivityReportCall
{
    /// <summary>The instance whose activity it is.</summary>
    public required WorkflowKey Key { get; init; }

    /// <summary>The run.</summary>
    public required RunId RunId { get; init; }

    /// <summary>The attempt's token.</summary>
    public required string Token { get; init; }

    /// <summary>What is reported; <see cref="ActivityReportKind.Started"/> is a heartbeat.</summary>
    public required ActivityReportKind Kind { get; init; }

    /// <summary>The encoded result, or a heartbeat's details; null where there are none.</summary>
    public Payload? Value { get; init; }

    /// <summary>Why it failed or is cancelled.</summary>
    public FailureInfo? Failure { get; init; }

    /// <summary>The caller's token.</summary>
    public CancellationToken CancellationToken { get; init; }
}
