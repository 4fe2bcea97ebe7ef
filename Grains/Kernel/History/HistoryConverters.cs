using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestration.Grains.Kernel.Execution;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.History;

/// <summary>Instants as Unix milliseconds; the one that never comes as <c>"never"</c>.</summary>
internal sealed class InstantConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("never"u8)
            ? Times.Never
            : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        if (value == Times.Never) writer.WriteStringValue("never"u8);
        else writer.WriteNumberValue(value.ToUnixTimeMilliseconds());
    }
}

/// <summary>Spans as milliseconds, with a fraction where there is one.</summary>
internal sealed class SpanConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TryGetInt64(out var whole)
            ? new TimeSpan(checked(whole * TimeSpan.TicksPerMillisecond))
            : new TimeSpan((long)(reader.GetDecimal() * TimeSpan.TicksPerMillisecond));

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options)
    {
        if (value.Ticks % TimeSpan.TicksPerMillisecond == 0) writer.WriteNumberValue(value.Ticks / TimeSpan.TicksPerMillisecond);
        else writer.WriteNumberValue((decimal)value.Ticks / TimeSpan.TicksPerMillisecond);
    }
}

/// <summary>Instances by their grain keys.</summary>
internal sealed class WorkflowKeyConverter : JsonConverter<WorkflowKey>
{
    public override WorkflowKey Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        WorkflowKey.FromGrainKey(reader.GetString() ?? throw new JsonException("A workflow key is null."));

    public override void Write(Utf8JsonWriter writer, WorkflowKey value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToGrainKey());
}

/// <summary>Runs by 32 hexadecimal digits.</summary>
internal sealed class RunIdConverter : JsonConverter<RunId>
{
    public override RunId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        RunId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("A run id is malformed.");

    public override void Write(Utf8JsonWriter writer, RunId value, JsonSerializerOptions options)
    {
        Span<char> digits = stackalloc char[32];
        value.Value.TryFormat(digits, out _, "N");
        writer.WriteStringValue(digits);
    }
}
