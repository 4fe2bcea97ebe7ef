using System.Text.Json.Nodes;

namespace Orchestration.Benchmarks.Load.Measuring;

/// <summary>Numbers as the lines show them.</summary>
internal static class Json
{
    /// <summary>A rounded number; null where there is none.</summary>
    public static JsonNode? Round(double value, int digits = 2) =>
        double.IsFinite(value) ? JsonValue.Create(Math.Round(value, digits, MidpointRounding.AwayFromZero)) : null;

    /// <summary>An object of one value a key.</summary>
    public static JsonObject Object<T>(IReadOnlyDictionary<string, T> values, Func<T, JsonNode?> write) =>
        new(values.Select(p => KeyValuePair.Create(p.Key, write(p.Value))));

    /// <summary>Percentiles of a list of milliseconds.</summary>
    public static JsonObject Latencies(List<double> milliseconds)
    {
        milliseconds.Sort();
        return new JsonObject
        {
            ["n"] = milliseconds.Count,
            ["p50"] = Round(Percentile(milliseconds, 50)),
            ["p90"] = Round(Percentile(milliseconds, 90)),
            ["p99"] = Round(Percentile(milliseconds, 99)),
            ["max"] = Round(milliseconds.Count == 0 ? double.NaN : milliseconds[^1]),
        };
    }

    /// <summary>A percentile of a sorted list: the smallest value that so many percent do not exceed.</summary>
    public static double Percentile(List<double> sorted, double percent) => sorted.Count == 0
        ? double.NaN
        : sorted[Math.Clamp((int)Math.Ceiling(percent / 100 * sorted.Count) - 1, 0, sorted.Count - 1)];
}
