using System.Diagnostics;

namespace Orchestration.Silo.Telemetry.Export;

/// <summary>
/// Writes spans in OTLP's form (<c>opentelemetry.proto.trace.v1</c>). Only those that consist of what nearly all do: texts,
/// numbers and flags as tags, no events and no links. The others are for OpenTelemetry's own exporter.
/// </summary>
internal static class SpanWriter
{
    /// <summary>The specification's limit; what exceeds it is left out, with a count.</summary>
    private const int MaximumTags = 128;

    private const int TraceIdBytes = 16;
    private const int SpanIdBytes = 8;
    private const uint KnowsWhetherParentIsRemote = 0x100;
    private const uint HasRemoteParent = 0x200;
    private const int NanosecondsPerTick = 100;

    /// <summary>Writes a span as one of its scope's.</summary>
    /// <returns>False, and nothing is written, where the span is none of those.</returns>
    public static bool TryWrite(ProtobufBuffer into, Activity span)
    {
        var before = into.Length;
        var place = into.Begin(2); // ScopeSpans.spans
        WriteContext(into, span);
        into.Text(5, span.DisplayName);
        into.Number(6, (ulong)span.Kind + 1);
        var start = Nanoseconds(span.StartTimeUtc.Ticks - DateTime.UnixEpoch.Ticks);
        into.Fixed64(7, start);
        into.Fixed64(8, start + Nanoseconds(span.Duration.Ticks));
        if (!TryWriteTags(into, span) || HasEventsOrLinks(span))
        {
            into.Truncate(before);
            return false;
        }

        WriteStatus(into, span);
        into.End(place);
        return true;
    }

    /// <summary>Writes a tag.</summary>
    /// <returns>False where its value is none that is written here; part of it may be written then.</returns>
    public static bool TryWriteTag(ProtobufBuffer into, int field, string key, object? value)
    {
        var tag = into.Begin(field);
        into.Text(1, key);
        var any = into.Begin(2);
        switch (value)
        {
            case string text: into.Text(1, text); break;
            case bool flag: into.Number(2, flag ? 1UL : 0); break;
            case int number: into.Number(3, (ulong)number); break;
            case long number: into.Number(3, (ulong)number); break;
            case double number: into.Double(4, number); break;
            default: return false;
        }

        into.End(any);
        into.End(tag);
        return true;
    }

    private static ulong Nanoseconds(long ticks) => (ulong)ticks * NanosecondsPerTick;

    private static void WriteContext(ProtobufBuffer into, Activity span)
    {
        span.TraceId.CopyTo(into.Bytes(1, TraceIdBytes));
        span.SpanId.CopyTo(into.Bytes(2, SpanIdBytes));
        if (span.TraceStateString is { } state) into.Text(3, state);
        if (span.ParentSpanId != default) span.ParentSpanId.CopyTo(into.Bytes(4, SpanIdBytes));
        into.Fixed32(16, (byte)span.ActivityTraceFlags | KnowsWhetherParentIsRemote
            | (span.HasRemoteParent ? HasRemoteParent : 0));
    }

    // A status by tags is the older form; who writes it is left to the exporter that knows all forms.
    private static bool TryWriteTags(ProtobufBuffer into, Activity span)
    {
        var count = 0;
        foreach (ref readonly var tag in span.EnumerateTagObjects())
        {
            if (++count > MaximumTags || tag.Key is "otel.status_code" or "otel.status_description"
                || !TryWriteTag(into, 9, tag.Key, tag.Value)) return false;
        }

        return true;
    }

    private static bool HasEventsOrLinks(Activity span)
    {
        foreach (ref readonly var _ in span.EnumerateEvents()) return true;
        foreach (ref readonly var _ in span.EnumerateLinks()) return true;
        return false;
    }

    private static void WriteStatus(ProtobufBuffer into, Activity span)
    {
        if (span.Status == ActivityStatusCode.Unset) return;
        var place = into.Begin(15);
        if (span is { Status: ActivityStatusCode.Error, StatusDescription: { } description }) into.Text(2, description);
        into.Number(3, (ulong)span.Status);
        into.End(place);
    }
}
