using System.Diagnostics;

namespace Orchestration.Silo.Telemetry.Export;

/// <summary>Spans as they were written, by the source that made them. Not thread-safe.</summary>
internal sealed class SpanBatch
{
    private const int MaximumKept = 32;

    private readonly List<Scope> _scopes = [];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Adds one.</summary>
    public void Add(ActivitySource source, ReadOnlySpan<byte> span)
    {
        Count++;
        foreach (var scope in _scopes)
        {
            if (!ReferenceEquals(scope.Source, source)) continue;
            scope.Spans.Raw(span);
            return;
        }

        var own = new Scope(source, new ProtobufBuffer());
        own.Spans.Raw(span);
        _scopes.Add(own);
    }

    /// <summary>Lets go of all; the memory is used again.</summary>
    public void Clear()
    {
        Count = 0;
        if (_scopes.Count > MaximumKept) _scopes.Clear();
        foreach (var scope in _scopes) scope.Spans.Truncate(0);
    }

    /// <summary>Writes the request that sends them.</summary>
    public void WriteTo(ProtobufBuffer request, ReadOnlySpan<byte> resource, string? resourceSchema)
    {
        var all = request.Begin(1); // ExportTraceServiceRequest.resource_spans
        request.Raw(resource);
        foreach (var (source, spans) in _scopes)
        {
            if (spans.Length == 0) continue;
            var place = request.Begin(2); // ResourceSpans.scope_spans
            var scope = request.Begin(1);
            request.Text(1, source.Name);
            if (source.Version is { } version) request.Text(2, version);
            request.End(scope);
            request.Raw(spans.Written.Span);
            if (source.TelemetrySchemaUrl is { Length: > 0 } schema) request.Text(3, schema);
            request.End(place);
        }

        if (resourceSchema is { Length: > 0 }) request.Text(3, resourceSchema);
        request.End(all);
    }

    private sealed record Scope(ActivitySource Source, ProtobufBuffer Spans);
}
