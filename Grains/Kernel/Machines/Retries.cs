using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Machines;

/// <summary>When a failed attempt is repeated.</summary>
internal static class Retries
{
    /// <summary>The wait before the attempt that follows the given one; null where none follows.</summary>
    public static TimeSpan? NextDelay(RetryPolicy policy, FailureInfo failure, int attempt)
    {
        if (failure.NonRetryable) return null;
        if (policy.MaximumAttempts > 0 && attempt >= policy.MaximumAttempts) return null;
        if (failure.Type is { } type && policy.NonRetryableErrorTypes.Contains(type)) return null;
        if (failure.NextRetryDelay is { } given) return given > TimeSpan.Zero ? given : TimeSpan.Zero;
        return Delay(policy, attempt);
    }

    /// <summary>The wait after so many attempts, by the policy's interval alone.</summary>
    public static TimeSpan Delay(RetryPolicy policy, int attempt)
    {
        var maximum = policy.MaximumInterval?.Ticks ?? policy.InitialInterval.Ticks * 100.0;
        var wanted = policy.InitialInterval.Ticks * Math.Pow(policy.BackoffCoefficient, attempt - 1);
        var ticks = Math.Min(Math.Min(wanted, maximum), TimeSpan.MaxValue.Ticks / 2.0);
        return new TimeSpan((long)ticks);
    }
}
