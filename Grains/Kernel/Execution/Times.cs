namespace Orchestration.Grains.Kernel.Execution;

/// <summary>Time as runs reckon it: whole milliseconds, UTC, and never past the last representable one.</summary>
internal static class Times
{
    /// <summary>The instant that never comes.</summary>
    public static readonly DateTimeOffset Never = DateTimeOffset.MaxValue;

    private static readonly DateTimeOffset Last = new(
        DateTimeOffset.MaxValue.UtcTicks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond, TimeSpan.Zero);

    /// <summary>The millisecond that an instant lies in.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);

    /// <summary>A span rounded up to whole milliseconds, so that nothing is ever early.</summary>
    public static TimeSpan Ceiling(TimeSpan span)
    {
        var rest = span.Ticks % TimeSpan.TicksPerMillisecond;
        return rest <= 0 ? span : new TimeSpan(Math.Min(span.Ticks - rest,
            TimeSpan.MaxValue.Ticks - TimeSpan.TicksPerMillisecond) + TimeSpan.TicksPerMillisecond);
    }

    /// <summary>An instant later by a span, rounded up; <see cref="Never"/> where the calendar ends before.</summary>
    public static DateTimeOffset After(DateTimeOffset start, TimeSpan span)
    {
        var whole = Ceiling(span);
        return whole >= Last - start ? Never : start + whole;
    }

    /// <summary>The instant as Unix milliseconds; never is the largest number.</summary>
    public static long ToMilliseconds(DateTimeOffset time) => time >= Last ? long.MaxValue : time.ToUnixTimeMilliseconds();
}
