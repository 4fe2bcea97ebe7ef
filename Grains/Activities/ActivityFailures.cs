using Orchestration.Workflows;

namespace Orchestration.Grains.Activities;

/// <summary>
/// The failures that the host itself reports. Their types are part of the contract: retry policies may name them.
/// </summary>
internal static class ActivityFailures
{
    /// <summary>No activity of that name is hosted. Retried: a deployment may be under way.</summary>
    public const string UnknownActivityType = "UnknownActivity";

    /// <summary>The arguments do not fit the method. Not retried.</summary>
    public const string UnreadableArgumentsType = "UnreadableArguments";

    /// <summary>The result cannot be encoded. Not retried.</summary>
    public const string UnwritableResultType = "UnwritableResult";

    /// <summary>The result is over the payload limit. Not retried.</summary>
    public const string ResultTooLargeType = "PayloadTooLarge";

    /// <summary>The worker outside the cluster that had the attempt has gone silent. Retried.</summary>
    public const string WorkerLostType = "WorkerLost";

    public static FailureInfo WorkerLost(string name, int attempt, string worker, TimeSpan silence) => new()
    {
        Kind = FailureKind.Lost,
        Type = WorkerLostType,
        Message = $"Attempt {attempt} of activity '{name}' is lost with its worker '{worker}', which was silent for {silence}; "
            + "whether it took effect is unknown.",
    };

    public static FailureInfo RemoteLocal(string name) => new()
    {
        Kind = FailureKind.Application,
        Type = UnknownActivityType,
        NonRetryable = true,
        Message = $"Activity '{name}' is one of outside workers, so it cannot be called locally.",
    };

    public static FailureInfo UnknownActivity(string name, IReadOnlyList<string> hosted) => new()
    {
        Kind = FailureKind.Application,
        Type = UnknownActivityType,
        Message = $"No activity '{name}' is hosted by the silo that was to run it. Hosted: {Listed(hosted)}. "
            + "Register its class, or deploy a silo that hosts it.",
    };

    public static FailureInfo ResultTooLarge(string name, long size, long limit) => new()
    {
        Kind = FailureKind.Application,
        Type = ResultTooLargeType,
        NonRetryable = true,
        Message = new PayloadTooLarge($"result of activity '{name}'", size, limit).Message,
    };

    public static FailureInfo LocalOutside(string name) => new()
    {
        Kind = FailureKind.Application,
        Type = nameof(CompletedOutside),
        NonRetryable = true,
        Message = $"Activity '{name}' was called locally, so it cannot be completed from outside.",
    };

    public static FailureInfo TimedOut(TimeoutKind kind, string name, int attempt, TimeSpan limit) => new()
    {
        Kind = FailureKind.Timeout,
        Timeout = kind,
        Message = kind == TimeoutKind.Heartbeat
            ? $"Attempt {attempt} of activity '{name}' sent no heartbeat for {limit}."
            : $"Attempt {attempt} of activity '{name}' did not end within {limit}.",
    };

    public static FailureInfo Canceled(string name, int attempt, ActivityCancellationReason reason) => new()
    {
        Kind = FailureKind.Canceled,
        Message = $"Attempt {attempt} of activity '{name}' was cancelled ({reason}).",
    };

    /// <summary>What an exception of the activity's code, or of its call, is reported as.</summary>
    public static FailureInfo Of(Exception exception, string name, IPayloadConverter converter)
    {
        var failure = FailureRecorder.Of(exception, converter);
        return exception switch
        {
            UnreadableArguments => failure with
            {
                Type = UnreadableArgumentsType,
                NonRetryable = true,
                Message = $"Activity '{name}' cannot be called as asked: {failure.Message}",
            },
            UnwritableResult => failure with
            {
                Type = UnwritableResultType,
                NonRetryable = true,
                Message = $"Activity '{name}': {failure.Message}"
            },
            // Nobody cancelled the attempt: this is a time-out or the like of the activity's own, and an ordinary failure.
            OperationCanceledException => failure with { Kind = FailureKind.Application },
            _ => failure,
        };
    }

    private static string Listed(IReadOnlyList<string> names) => names.Count switch
    {
        0 => "none",
        <= 20 => string.Join(", ", names),
        _ => $"{string.Join(", ", names.Take(20))} and {names.Count - 20} more",
    };
}
