namespace Orchestration.Workflows;

/// <summary>
/// Turns exceptions into failures as they are stored; the way back is <see cref="RecordedFailures"/>. What is stored is bounded
/// in depth and size, so that no exception can bloat a history.
/// </summary>
internal static class FailureRecorder
{
    /// <summary>The longest chain of causes; what lies deeper is left out.</summary>
    public const int MaximumDepth = 8;

    /// <summary>The longest message, in characters.</summary>
    public const int MaximumMessage = 4 * 1024;

    /// <summary>The longest stack trace, in characters.</summary>
    public const int MaximumStack = 8 * 1024;

    /// <summary>The largest details, in bytes.</summary>
    public const int MaximumDetails = 64 * 1024;

    /// <summary>The failure that an exception is stored as.</summary>
    /// <param name="exception">Any exception.</param>
    /// <param name="converter">Encodes the details of <see cref="ApplicationFailure"/>.</param>
    public static FailureInfo Of(Exception exception, IPayloadConverter converter)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return Of(exception, converter, 1);
    }

    private static FailureInfo Of(Exception exception, IPayloadConverter converter, int depth)
    {
        if (exception is RecordedFailure { Info: { } known }) return Bounded(known, depth);
        if (exception is AggregateException { InnerExceptions: [var only] }) exception = only;
        var failure = new FailureInfo
        {
            Kind = FailureKind.Application,
            Message = Cut(MessageOf(exception), MaximumMessage),
            Type = exception.GetType().FullName,
            StackTrace = exception.StackTrace is { } stack ? Cut(stack, MaximumStack) : null,
            Cause = exception.InnerException is { } inner && depth < MaximumDepth ? Of(inner, converter, depth + 1) : null,
        };
        return exception switch
        {
            ApplicationFailure e => WithDetails(
                failure with
                {
                    Type = Cut(e.Type, MaximumMessage),
                    NonRetryable = e.NonRetryable,
                    NextRetryDelay = e.NextRetryDelay
                }, e.Details, converter),
            ActivityFailed e => failure with
            {
                Kind = FailureKind.Activity,
                ActivityType = e.ActivityType,
                Attempts = e.Attempts
            },
            CompensationFailed e => failure with
            {
                Kind = FailureKind.Compensation,
                Compensations = [.. e.Failures.Select(f => Of(f.Failure, converter, Math.Min(depth + 1, MaximumDepth)) with
                {
                    Type = f.Compensation, StackTrace = null,
                })],
            },
            ActivityLost => failure with { Kind = FailureKind.Lost },
            TimedOut e => failure with { Kind = FailureKind.Timeout, Timeout = e.Kind },
            Canceled or OperationCanceledException => failure with { Kind = FailureKind.Canceled },
            _ => failure,
        };
    }

    private static FailureInfo WithDetails(FailureInfo failure, object? details, IPayloadConverter converter)
    {
        if (details is null) return failure;
        try
        {
            var payload = details as Payload ?? converter.ToPayload(details, details.GetType());
            return payload.Data.Length <= MaximumDetails
                ? failure with { Details = payload }
                : failure with
                {
                    Message = $"{failure.Message} (details of {payload.Data.Length:N0} bytes were left out; "
                    + $"the limit is {MaximumDetails:N0})"
                };
        }
        catch (Exception e)
        {
            // The details' own code runs here; the failure is to be recorded all the same.
            return failure with { Message = $"{failure.Message} (details were left out: {e.Message})" };
        }
    }

    private static FailureInfo Bounded(FailureInfo failure, int depth) => failure.Cause switch
    {
        null => failure,
        _ when depth >= MaximumDepth => failure with { Cause = null },
        var cause when Bounded(cause, depth + 1) is var bounded && !ReferenceEquals(bounded, cause) =>
            failure with { Cause = bounded },
        _ => failure,
    };

    private static string MessageOf(Exception exception)
    {
        try
        {
            return exception.Message ?? "";
        }
        catch (Exception e)
        {
            // Message is virtual: user code runs here, and a failure is to be recorded all the same.
            return $"(the exception's message could not be read: {e.GetType()})";
        }
    }

    private static string Cut(string text, int limit) =>
        text.Length <= limit ? text : string.Concat(text.AsSpan(0, limit), "...");
}
