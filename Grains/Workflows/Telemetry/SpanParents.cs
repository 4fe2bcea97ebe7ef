using SpanContext = System.Diagnostics.ActivityContext;

namespace Orchestration.Grains.Workflows.Telemetry;

/// <summary>
/// Reads W3C trace parents. A run has one, and each of its attempts a span under it: those read last are kept, as many as runs
/// are commonly at work, so that a text is taken apart once a run and not once a span. Thread-safe.
/// </summary>
internal static class SpanParents
{
    private const int Kept = 512;
    private const int Length = 55;

    private static readonly Known?[] Last = new Known?[Kept];

    /// <summary>Reads one; false where it is none.</summary>
    public static bool TryRead(string? text, out SpanContext parent)
    {
        if (text is not { Length: Length }) return SpanContext.TryParse(text, null, isRemote: true, out parent);

        // The last letters of the trace's id, which is random for the most part.
        ref var place = ref Last[((text[32] * 257) + (text[33] * 17) + text[34]) % Kept];
        var known = Volatile.Read(ref place);
        if (known is not null && known.Text == text)
        {
            parent = known.Parent;
            return true;
        }

        if (!SpanContext.TryParse(text, null, isRemote: true, out parent)) return false;
        Volatile.Write(ref place, new Known(text, parent));
        return true;
    }

    private sealed record Known(string Text, SpanContext Parent);
}
