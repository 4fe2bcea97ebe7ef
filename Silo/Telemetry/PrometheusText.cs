using System.Globalization;
using System.Text;

namespace Orchestration.Silo.Telemetry;

/// <summary>
/// Metrics in Prometheus' text form 0.0.4, named as OpenTelemetry's exporters name them: <c>orchestration.activity.execution.
/// duration</c> in seconds is <c>orchestration_activity_execution_duration_seconds</c>, a counter ends in <c>_total</c>.
/// </summary>
internal static class PrometheusText
{
    /// <summary>The media type.</summary>
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes all instruments.</summary>
    public static string Write(IReadOnlyList<MetricInstrument> instruments)
    {
        var text = new StringBuilder();
        foreach (var same in instruments.GroupBy(NameOf))
        {
            var first = same.First();
            var kind = first.IsHistogram ? "histogram" : first.IsMonotonic ? "counter" : "gauge";
            text.Append("# HELP ").Append(same.Key).Append(' ').Append(Help(first.Description)).Append('\n');
            text.Append("# TYPE ").Append(same.Key).Append(' ').Append(kind).Append('\n');
            foreach (var series in same.SelectMany(static i => i.Series)) Write(text, same.Key, series);
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, string name, MetricSeries series)
    {
        if (series.Bounds is not { } bounds)
        {
            Line(text, name, Labels(series.Tags), series.Sum);
            return;
        }

        // Whole buckets first: the count is made of them, so that it is never below one of them.
        var buckets = series.Buckets();
        var total = 0L;
        for (var i = 0; i < buckets.Length; i++)
        {
            total += buckets[i];
            var bound = i < bounds.Length ? bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
            Line(text, name + "_bucket", Labels(series.Tags, $"le=\"{bound}\""), total);
        }

        Line(text, name + "_sum", Labels(series.Tags), series.Sum);
        Line(text, name + "_count", Labels(series.Tags), total);
    }

    private static string NameOf(MetricInstrument instrument)
    {
        var name = new StringBuilder(Plain(instrument.Name));
        var unit = instrument.Unit switch
        {
            "s" => "seconds",
            "By" => "bytes",
            _ => "", // annotations in braces are none
        };
        if (unit.Length > 0) name.Append('_').Append(unit);
        if (instrument.IsMonotonic) name.Append("_total");
        return name.ToString();
    }

    private static string Labels(TagSet tags, string? more = null)
    {
        if (tags.Count == 0 && more is null) return "";
        var labels = tags.All.Select(static t => $"{Plain(t.Name)}=\"{Escape(t.Value)}\"");
        return "{" + string.Join(',', more is null ? labels : labels.Append(more)) + "}";
    }

    private static void Line(StringBuilder text, string name, string labels, double value) => text.Append(name).Append(labels)
        .Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');

    private static string Plain(string name) =>
        string.Create(name.Length, name, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = char.IsAsciiLetterOrDigit(from[i]) ? from[i] : '_';
        });

    private static string Escape(string value) => value.Replace("\\", @"\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Help(string text) => text.Replace("\\", @"\\", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
