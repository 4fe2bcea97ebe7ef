using System.Text.Json.Serialization;

namespace Orchestration.Benchmarks.Load.Workflows;

/// <summary>A workflow's input: about 200 bytes of JSON, whatever its numbers.</summary>
public sealed record BenchmarkInput(
    string Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Steps,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Mark,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Ms,
    string Pad)
{
    private const int Size = 200;

    /// <summary>Makes an input and fills it up.</summary>
    public static BenchmarkInput Of(string id, int steps = 0, int mark = 0, int ms = 0)
    {
        var length = "{\"id\":\"\",\"pad\":\"\"}".Length + id.Length + Field("steps", steps) + Field("mark", mark) + Field("ms",
            ms);
        return new BenchmarkInput(id, steps, mark, ms, new string('p', Math.Max(0, Size - length)));
    }

    private static int Field(string name, int value) =>
        value == 0 ? 0 : name.Length + 4 + value.ToString(System.Globalization.CultureInfo.InvariantCulture).Length;
}
