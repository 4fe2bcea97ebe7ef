using System.Collections.Immutable;

namespace Orchestration.Workflows;

/// <summary>When and how often a failed attempt is repeated. The attempt count survives restarts.</summary>
public sealed record RetryPolicy
{
    /// <summary>First retry after 1 s, then twice as long each time up to 100 s, without end.</summary>
    public static RetryPolicy Default { get; } = new();

    /// <summary>One attempt and no more.</summary>
    public static RetryPolicy None { get; } = new() { MaximumAttempts = 1 };

    /// <summary>The wait before the first retry. More than zero.</summary>
    public TimeSpan InitialInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What each further wait is multiplied by. At least 1.</summary>
    public double BackoffCoefficient { get; init; } = 2.0;

    /// <summary>The longest wait; 100 times the initial interval unless set.</summary>
    public TimeSpan? MaximumInterval { get; init; }

    /// <summary>How many attempts in all; 0 is without limit.</summary>
    public int MaximumAttempts { get; init; }

    /// <summary>Types of <see cref="ApplicationFailure"/> (or full names of exception types) that are not retried.</summary>
    public ImmutableArray<string> NonRetryableErrorTypes { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Whether two policies say the same.</summary>
    public bool Equals(RetryPolicy? other) =>
        ReferenceEquals(this, other)
        || (other is not null && InitialInterval == other.InitialInterval && BackoffCoefficient.Equals(other.BackoffCoefficient)
            && MaximumInterval == other.MaximumInterval && MaximumAttempts == other.MaximumAttempts
            && NonRetryableErrorTypes.AsSpan().SequenceEqual(other.NonRetryableErrorTypes.AsSpan()));

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(InitialInterval, BackoffCoefficient, MaximumInterval, MaximumAttempts, NonRetryableErrorTypes.Length);
}
