namespace Orchestration.Storage.AzureStorage.Coding;

/// <summary>
/// Draws handles: unique, and in the order in which this process starts runs. Milliseconds lead, so that lists of several silos
/// interleave as one would expect; nothing but the order of runs that started in one millisecond depends on it. Thread-safe.
/// </summary>
internal sealed class HandleClock(TimeProvider time)
{
    private const int SiloBits = 11;
    private const int CountBits = 10;

    private static readonly DateTimeOffset Epoch = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly long _silo = System.Security.Cryptography.RandomNumberGenerator.GetInt32(1 << SiloBits);
    private readonly Lock _gate = new();
    private long _last;

    public long Next()
    {
        var now = Math.Max(1, (time.GetUtcNow() - Epoch).Ticks / TimeSpan.TicksPerMillisecond) << CountBits;
        lock (_gate)
        {
            _last = Math.Max(_last + 1, now);
            return (_last << SiloBits) | _silo;
        }
    }
}
