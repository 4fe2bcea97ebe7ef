using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestration.Silo.Api;

/// <summary>Enumerations by name, as JSON has names; numbers are not taken.</summary>
internal sealed class CamelCaseEnums() : JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false);
