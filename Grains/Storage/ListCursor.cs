using System.Globalization;
using Orchestration.Workflows;

namespace Orchestration.Grains.Storage;

/// <summary>
/// Where a page of a list ended: start time and handle of its last run. Runs that start later lie before it and shift nothing.
/// </summary>
/// <param name="StartedAt">Unix milliseconds.</param>
/// <param name="Handle">The store's handle.</param>
public readonly record struct ListCursor(long StartedAt, long Handle)
{
    /// <summary>Before the newest run.</summary>
    public static ListCursor Start => new(long.MaxValue, long.MaxValue);

    /// <summary>Reads what <see cref="ToString"/> wrote; null begins at the newest run.</summary>
    /// <exception cref="InvalidRequest">The text is no continuation of a list.</exception>
    public static ListCursor Parse(string? continuation)
    {
        if (continuation is null) return Start;
        var dot = continuation.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0 && Number(continuation.AsSpan(0, dot), out var started)
            && Number(continuation.AsSpan(dot + 1), out var handle))
            return new ListCursor(started, handle);
        throw new InvalidRequest("The continuation is not one that this store gave out.");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{StartedAt}.{Handle}");

    private static bool Number(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
}
