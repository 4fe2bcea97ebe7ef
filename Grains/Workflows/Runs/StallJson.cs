using System.Text.Json.Serialization;
using Orchestration.Grains.Kernel;

namespace Orchestration.Grains.Workflows.Runs;

/// <summary>Stalls as they are kept in summaries.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Stall))]
internal sealed partial class StallJson : JsonSerializerContext;
