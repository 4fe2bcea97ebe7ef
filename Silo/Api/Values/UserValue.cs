using System.Text.Json.Serialization;
using Orchestration.Workflows;

namespace Orchestration.Silo.Api.Values;

/// <summary>
/// A value of the application in JSON: as it is where it is JSON itself, else <c>{"$payload": {"headers": {...}, "data":
/// "base64"}}</c>, in both directions.
/// </summary>
/// <param name="Payload">The value.</param>
[JsonConverter(typeof(UserValueConverter))]
internal readonly record struct UserValue(Payload Payload)
{
    /// <summary>The value of a payload; null for none.</summary>
    public static UserValue? Of(Payload? payload) => payload is null ? null : new UserValue(payload);

    /// <summary>The payloads of values; null for none.</summary>
    public static Payload[] ToPayloads(IReadOnlyList<UserValue>? values) =>
        values is null ? [] : [.. values.Select(static v => v.Payload ?? Payload.Null)];
}
