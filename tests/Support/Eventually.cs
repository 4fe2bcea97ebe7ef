using System.Diagnostics;

namespace Orchestration.Tests.Support;

/// <summary>The one way in which a test waits for something that happens on another thread or in another process.</summary>
public static class Eventually
{
    /// <summary>
    /// Looks at <paramref name="actual"/> again and again until <paramref name="expected"/> holds; after
    /// <paramref name="within"/>
    /// (10 s unless told) fails with what was awaited and what was last seen.
    /// </summary>
    public static async Task<T> EventuallyAsync<T>(
        Func<Task<T>> actual, Func<T, bool> expected, string what, TimeSpan? within = null)
    {
        var limit = within ?? TimeSpan.FromSeconds(10);
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
}
