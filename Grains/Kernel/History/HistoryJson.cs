using System.Text.Json.Serialization;

namespace Orchestration.Grains.Kernel.History;

/// <summary>The generated readers and writers of events.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    UseStringEnumConverter = true,
    Converters =
    [
        typeof(InstantConverter), typeof(SpanConverter), typeof(PayloadConverter), typeof(WorkflowKeyConverter), typeof(
            RunIdConverter),
    ])]
[JsonSerializable(typeof(HistoryEvent))]
[JsonSerializable(typeof(IReadOnlyList<HistoryEvent>))]
[JsonSerializable(typeof(MessageCarry))]
internal sealed partial class HistoryJson : JsonSerializerContext;
