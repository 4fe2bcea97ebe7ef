namespace Orchestration.Workflows;

/// <summary>
/// A saga failed, and not all that it did could be undone. Its own failure is the inner exception;
/// <see cref="Failures"/> lists what somebody has to look after. A run that it escapes from fails with it.
/// </summary>
public sealed class CompensationFailed : RecordedFailure
{
    /// <summary>How many failures are kept one by one; the message names them all.</summary>
    private const int MaximumFailures = 50;

    internal CompensationFailed(string message, IReadOnlyList<UndoneNot> failures, Exception? cause) : base(message, cause) =>
        Failures = failures;

    /// <summary>What could not be undone, in the order in which it was tried.</summary>
    public IReadOnlyList<UndoneNot> Failures { get; }

    internal static CompensationFailed Of(Exception cause, IReadOnlyList<(string Name, Exception Failure)> failed)
    {
        var failures = failed.Take(MaximumFailures).Select(static f => new UndoneNot(f.Name, f.Failure)).ToArray();
        return new CompensationFailed(
            $"The saga failed ({cause.Message}), and {failed.Count} of its compensations could not be carried out: "
            + string.Join("; ", failed.Select(static f => $"{f.Name}: {f.Failure.Message}")),
            failures,
            cause);
    }
}

/// <summary>A compensation that could not be carried out.</summary>
/// <param name="Compensation">Its name.</param>
/// <param name="Failure">Why.</param>
public sealed record UndoneNot(string Compensation, Exception Failure);
