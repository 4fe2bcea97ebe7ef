using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Wire;

/// <summary>A <see cref="Payload"/> on the wire.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.payload")]
public struct PayloadSurrogate
{
    /// <summary>The bytes.</summary>
    [Id(0)] public ReadOnlyMemory<byte> Data { get; set; }

    /// <summary>The headers; null for none.</summary>
    [Id(1)] public Dictionary<string, string>? Headers { get; set; }
}

/// <summary>Turns payloads into their wire form and back.</summary>
[RegisterConverter]
public sealed class PayloadConverter : IConverter<Payload, PayloadSurrogate>
{
    /// <inheritdoc/>
    public Payload ConvertFromSurrogate(in PayloadSurrogate surrogate) => new(surrogate.Data, surrogate.Headers);

    /// <inheritdoc/>
    public PayloadSurrogate ConvertToSurrogate(in Payload value) => new()
    {
        Data = value.Data,
        Headers = value.Headers.Count == 0 ? null : value.Headers as Dictionary<string, string> ?? new(value.Headers),
    };
}
