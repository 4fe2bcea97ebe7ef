using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Wire;

/// <summary>A <see cref="FailureInfo"/> on the wire.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.failure")]
public struct FailureSurrogate
{
    /// <inheritdoc cref="FailureInfo.Kind"/>
    [Id(0)] public FailureKind Kind { get; set; }

    /// <inheritdoc cref="FailureInfo.Message"/>
    [Id(1)] public string Message { get; set; }

    /// <inheritdoc cref="FailureInfo.Type"/>
    [Id(2)] public string? Type { get; set; }

    /// <inheritdoc cref="FailureInfo.StackTrace"/>
    [Id(3)] public string? StackTrace { get; set; }

    /// <inheritdoc cref="FailureInfo.Cause"/>
    [Id(4)] public FailureInfo? Cause { get; set; }

    /// <inheritdoc cref="FailureInfo.Details"/>
    [Id(5)] public Payload? Details { get; set; }

    /// <inheritdoc cref="FailureInfo.NonRetryable"/>
    [Id(6)] public bool NonRetryable { get; set; }

    /// <inheritdoc cref="FailureInfo.NextRetryDelay"/>
    [Id(7)] public TimeSpan? NextRetryDelay { get; set; }

    /// <inheritdoc cref="FailureInfo.Timeout"/>
    [Id(8)] public TimeoutKind? Timeout { get; set; }

    /// <inheritdoc cref="FailureInfo.ActivityType"/>
    [Id(9)] public string? ActivityType { get; set; }

    /// <inheritdoc cref="FailureInfo.Attempts"/>
    [Id(10)] public int Attempts { get; set; }

    /// <inheritdoc cref="FailureInfo.WorkflowId"/>
    [Id(11)] public string? WorkflowId { get; set; }

    /// <inheritdoc cref="FailureInfo.WorkflowType"/>
    [Id(12)] public string? WorkflowType { get; set; }

    /// <inheritdoc cref="FailureInfo.Status"/>
    [Id(13)] public WorkflowStatus? Status { get; set; }

    /// <inheritdoc cref="FailureInfo.Compensations"/>
    [Id(14)] public FailureInfo[]? Compensations { get; set; }

    /// <inheritdoc cref="FailureInfo.RunId"/>
    [Id(15)] public Guid? RunId { get; set; }
}

/// <summary>Turns failures into their wire form and back.</summary>
[RegisterConverter]
public sealed class FailureConverter : IConverter<FailureInfo, FailureSurrogate>
{
    /// <inheritdoc/>
    public FailureInfo ConvertFromSurrogate(in FailureSurrogate surrogate) => new()
    {
        Kind = surrogate.Kind,
        Message = surrogate.Message,
        Type = surrogate.Type,
        StackTrace = surrogate.StackTrace,
        Cause = surrogate.Cause,
        Details = surrogate.Details,
        NonRetryable = surrogate.NonRetryable,
        NextRetryDelay = surrogate.NextRetryDelay,
        Timeout = surrogate.Timeout,
        ActivityType = surrogate.ActivityType,
        Attempts = surrogate.Attempts,
        WorkflowId = surrogate.WorkflowId,
        WorkflowType = surrogate.WorkflowType,
        Status = surrogate.Status,
        Compensations = surrogate.Compensations,
        RunId = surrogate.RunId is { } run ? new RunId(run) : null,
    };

    /// <inheritdoc/>
    public FailureSurrogate ConvertToSurrogate(in FailureInfo value) => new()
    {
        Kind = value.Kind,
        Message = value.Message,
        Type = value.Type,
        StackTrace = value.StackTrace,
        Cause = value.Cause,
        Details = value.Details,
        NonRetryable = value.NonRetryable,
        NextRetryDelay = value.NextRetryDelay,
        Timeout = value.Timeout,
        ActivityType = value.ActivityType,
        Attempts = value.Attempts,
        WorkflowId = value.WorkflowId,
        WorkflowType = value.WorkflowType,
        Status = value.Status,
        Compensations = value.Compensations is null ? null : [.. value.Compensations],
        RunId = value.RunId?.Value,
    };
}
