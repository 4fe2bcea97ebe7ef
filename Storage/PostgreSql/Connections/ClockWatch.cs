using Microsoft.Extensions.Logging;

namespace Orchestration.Storage.PostgreSql.Connections;

/// <summary>
/// Compares this machine's clock with the database's, whenever that is told anyway, and reports when they part and when they
/// agree again. Nothing goes by it. Thread-safe.
/// </summary>
internal sealed partial class ClockWatch(string where, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_tolerance = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private TimeSpan _reported;

    /// <summary>Where the statement begins that asks for the time.</summary>
    public Reading Begin() => new(time.GetUtcNow(), time.GetTimestamp());

    /// <summary>Takes what the database said.</summary>
    /// <param name="reading">When it was asked.</param>
    /// <param name="milliseconds">Its clock, since 1970.</param>
    public void End(Reading reading, long milliseconds)
    {
        // Of the time that it took, half is taken to be the way there; no more than half can be wrong.
        var took = time.GetElapsedTime(reading.Timestamp);
        var ahead = reading.Asked + (took / 2) - DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        lock (_gate)
        {
            if (ahead.Duration() < s_tolerance + (took / 2))
            {
                if (_reported != TimeSpan.Zero) LogAgree(logger, where);
                _reported = TimeSpan.Zero;
                return;
            }

            // Once for each difference, not with each reading.
            if ((ahead - _reported).Duration() < s_tolerance) return;
            _reported = ahead;
        }

        LogApart(logger, Math.Round(ahead.Duration().TotalSeconds), ahead > TimeSpan.Zero ? "ahead of" : "behind", where);
    }

    /// <summary>When the database was asked.</summary>
    public readonly record struct Reading(DateTimeOffset Asked, long Timestamp);
}
