namespace Orchestration.Workflows;

/// <summary>Turns stored failures into the exceptions that callers and workflow code catch.</summary>
internal static class RecordedFailures
{
    /// <summary>
    /// The exception of a stored failure, its causes as inner exceptions. Never the application's own exception type: that is
    /// named by <see cref="FailureInfo.Type"/> and not loaded.
    /// </summary>
    public static RecordedFailure ToException(FailureInfo failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        var cause = failure.Cause is null ? null : ToException(failure.Cause);
        return failure.Kind switch
        {
            FailureKind.Activity =>
                new ActivityFailed(failure.ActivityType ?? "", failure.Attempts, failure.Message, cause) { Info = failure },
            FailureKind.Timeout =>
                new TimedOut(failure.Timeout ?? TimeoutKind.StartToClose, failure.Message, cause) { Info = failure },
            FailureKind.Canceled => new Canceled(failure.Message, cause) { Info = failure },
            FailureKind.Compensation => new CompensationFailed(
                failure.Message,
                [.. (failure.Compensations ?? []).Select(static f => new UndoneNot(f.Type ?? "", ToException(f)))],
                cause)
            { Info = failure },
            FailureKind.Lost => new ActivityLost(failure.Message) { Info = failure },
            FailureKind.ChildWorkflow => new ChildWorkflowFailed(failure, cause),
            FailureKind.ChildNotStarted => new ChildWorkflowNotStarted(failure),
            FailureKind.ExternalWorkflow => new ExternalWorkflowFailed(failure),
            FailureKind.Application or FailureKind.Terminated or FailureKind.RunEnded => new ApplicationFailure(
                failure.Message,
                failure.Type ?? failure.Kind.ToString(),
                failure.NonRetryable,
                failure.NextRetryDelay,
                failure.Details,
                cause)
            { Info = failure },
            _ => throw new InvalidOperationException($"No exception stands for failures of kind {failure.Kind}."),
        };
    }
}
