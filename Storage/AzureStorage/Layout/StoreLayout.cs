using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestration.Storage.AzureStorage.Layout;

/// <summary>What a container says of itself, in the blob <c>layout</c>.</summary>
internal sealed record StoreLayout
{
    /// <summary>
    /// The newest layout that this version reads and writes. 1: what is written as a whole is in block blobs, and a data set of
    /// it goes on so. 2: in append blobs, which a point-in-time restore of the account leaves alone.
    /// </summary>
    public const int CurrentFormat = 2;

    private const int FirstInAppendBlobs = 2;

    /// <summary>The version of the blobs' layout.</summary>
    public int Format { get; init; }

    /// <summary>How histories are kept.</summary>
    public AzureStorageForm Form { get; init; }

    /// <summary>How many logs the shared form has.</summary>
    public int Logs { get; init; }

    /// <summary>The data set's id, for life.</summary>
    public Guid DataSet { get; init; }

    /// <summary>Drawn anew with each accepted restore.</summary>
    public Guid Incarnation { get; init; }

    /// <summary>
    /// The tag that the service gave the blob <c>witness</c>. A copy of the container has another one, since the service gives
    /// tags and does not copy them.
    /// </summary>
    public string Witness { get; init; } = "";

    /// <summary>Whether what is written as a whole is in append blobs.</summary>
    [JsonIgnore]
    public bool KeepsInAppendBlobs => Format >= FirstInAppendBlobs;

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, LayoutJson.Default.StoreLayout);

    /// <summary>Null where it is none.</summary>
    public static StoreLayout? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, LayoutJson.Default.StoreLayout) is { Format: > 0 } layout ? layout : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StoreLayout))]
internal sealed partial class LayoutJson : JsonSerializerContext;
