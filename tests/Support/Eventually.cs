using System.Diagnostics;

namespace Orchestration.Tests.Support;

/// <summary>The one way in which a test waits for something that happens on another thread or in another process.</summary>
public static class Eventually
{
    /// <summary>
    /// How long a test waits for what must happen: far longer than any machine takes, as it is only waited out by what never
    /// happens. A test that says how quick something is measures that itself.
    /// </summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Looks at <paramref name="actual"/> again and again until <paramref name="expected"/> holds; after
    /// <paramref name="within"/> (<see cref="Limit"/> unless told) fails with what was awaited and what was last seen.
    /// </summary>
    public static async Task<T> EventuallyAsync<T>(
        Func<Task<T>> actual, Func<T, bool> expected, string what, TimeSpan? within = null)
    {
        var limit = within ?? Limit;
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var last = await actual();
            if (expected(last)) return last;
            if (Stopwatch.GetElapsedTime(started) > limit)
                throw new TimeoutException($"{what}: not so within {limit.TotalSeconds:0.#} s; last seen: {last}");
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
            await tick.WaitForNextTickAsync();
        }
    }

    /// <inheritdoc cref="EventuallyAsync{T}(Func{Task{T}}, Func{T, bool}, string, TimeSpan?)"/>
    public static Task EventuallyAsync(Func<bool> expected, string what, TimeSpan? within = null) =>
        EventuallyAsync(() => Task.FromResult(expected()), static held => held, what, within);

    /// <summary>
    /// Waits until the system's clock shows another millisecond: times that are kept in milliseconds tell apart what comes
    /// before and after.
    /// </summary>
    public static Task NextMillisecondAsync()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        return EventuallyAsync(() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() > now, "the clock goes on");
    }
}
