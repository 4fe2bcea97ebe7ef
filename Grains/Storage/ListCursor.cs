using System.Globalization;
using Orchestration.Workflows;

namespace Orchestration.Grains.Storage;

/// <summary>
/// Where a page of a list ended: the time by which the list is ordered (of the start, or of the end) and the handle of its last
/// run. Runs that start, or end, later lie before it and shift nothing.
/// </summary>
/// <param name="Time">Unix milliseconds.</param>
/// <param name="Handle">The store's handle.</param>
public readonly record struct ListCursor(long Time, long Handle)
{
    /// <summary>Before the newest run.</summary>
    public static ListCursor Start => new(long.MaxValue, long.MaxValue);

    /// <summary>Where a run stands in a query's list.</summary>
    public static ListCursor At(ListQuery query, RunRecord run)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(run);
        var time = query.IsByEnd ? run.Summary.ClosedAt ?? DateTimeOffset.UnixEpoch : run.StartedAt;
        return new ListCursor(time.ToUnixTimeMilliseconds(), run.Handle);
    }

    /// <summary>Whether this place comes after another one: a run here belongs to the pages behind it.</summary>
    public bool IsBehind(ListCursor other) => Time < other.Time || (Time == other.Time && Handle < other.Handle);

    /// <summary>Reads what <see cref="ToString"/> wrote; null begins at the newest run.</summary>
    /// <exception cref="InvalidRequest">The text is no continuation of a list.</exception>
    public static ListCursor Parse(string? continuation)
    {
        if (continuation is null) return Start;
        var dot = continuation.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0 && Number(continuation.AsSpan(0, dot), out var time)
            && Number(continuation.AsSpan(dot + 1), out var handle))
            return new ListCursor(time, handle);
        throw new InvalidRequest("The continuation is not one that this store gave out.");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Time}.{Handle}");

    private static bool Number(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
}
