using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.History;

/// <summary>
/// Events as they are stored: one JSON array a turn, each event an object that begins with its form's alias (<c>type</c>) and its
/// time (<c>at</c>, Unix milliseconds). Defaults are left out. Payloads that are JSON stand in it as they are (<c>{"json":
/// ...}</c>), others as base64 with their headers. Thread-safe.
/// </summary>
/// <remarks>
/// An alias and the meaning of its properties stay for ever; a change that older readers cannot bear is a new
/// <see cref="Format"/>.
/// </remarks>
public static class HistorySerializer
{
    /// <summary>The format that is written. Older ones stay readable; newer ones are refused.</summary>
    public const byte Format = 1;

    /// <summary>
    /// How deep a body nests: a payload (64 at most, else it is stored as base64) within a chain of causes within an event.
    /// </summary>
    private const int MaximumDepth = 128;

    private static readonly JsonSerializerOptions Options = new(HistoryJson.Default.Options)
    {
        TypeInfoResolver = HistoryJson.Default.WithAddedModifier(OmitWhatIsEmpty),
    };

    private static readonly JsonTypeInfo<HistoryEvent> EventType =
        (JsonTypeInfo<HistoryEvent>)Options.GetTypeInfo(typeof(HistoryEvent));

    private static readonly JsonTypeInfo<IReadOnlyList<HistoryEvent>> EventsType =
        (JsonTypeInfo<IReadOnlyList<HistoryEvent>>)Options.GetTypeInfo(typeof(IReadOnlyList<HistoryEvent>));

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>Writes the events of one turn.</summary>
    public static void Write(IReadOnlyList<HistoryEvent> events, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(output);
        var writer = _writer;
        _writer = null;
        if (writer is null)
            writer = new Utf8JsonWriter(output, new JsonWriterOptions
            {
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                SkipValidation = true
            });
        else writer.Reset(output);
        JsonSerializer.Serialize(writer, events, EventsType); // in one go: its state is set up once a turn
        writer.Flush();
        _writer = writer;
    }

    /// <summary>Reads the events of one turn.</summary>
    /// <param name="body">What <see cref="Write"/> wrote.</param>
    /// <param name="format">The format that was stored with it.</param>
    /// <param name="events">Gets the events, in order; unchanged where an error is thrown.</param>
    /// <exception cref="EngineFault">The body cannot be read: newer than this version, or corrupt.</exception>
    public static void Read(ReadOnlySpan<byte> body, byte format, List<HistoryEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        if (format != Format)
        {
            throw format > Format
                ? new EngineFault(FaultCodes.StoreTooNew,
                    $"The history is stored in format {format}; this version reads formats up to {Format}. Deploy the "
                    + "version that wrote it, or a newer one.")
                : Corrupt($"its format is {format}, which was never written", null);
        }

        var before = events.Count;
        var at = 0L;
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaximumDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray) throw new JsonException(
                "It is no array of events.");
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                at = reader.TokenStartIndex;
                events.Add(JsonSerializer.Deserialize(ref reader, EventType) ?? throw new JsonException("An event is null."));
            }

            if (reader.Read()) throw new JsonException("Something follows the events.");
        }
        catch (Exception e) when (
            e is JsonException or NotSupportedException or InvalidOperationException or FormatException or ApiFailure
            or ArgumentException or OverflowException)
        {
            events.RemoveRange(before, events.Count - before);
            throw Corrupt($"the event at byte {at} cannot be read ({e.Message})", e);
        }
    }

    private static EngineFault Corrupt(string what, Exception? inner) => new(
        FaultCodes.CorruptHistory,
        $"A stored history is corrupt, or was written by a newer version: {what}. Deploy the version that wrote it; if "
        + "none did, restore the run from a backup.",
        inner);

    private static void OmitWhatIsEmpty(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            // What is required is written even where it happens to be the default, so that a missing one can be told from it.
            if (property.IsRequired) property.ShouldSerialize = static (_, _) => true;
            if (type.Type == typeof(RetryPolicy)
                && property.PropertyType == typeof(System.Collections.Immutable.ImmutableArray<string>))
                property.ShouldSerialize = static (policy, _) => ((RetryPolicy)policy).NonRetryableErrorTypes.Length > 0;
        }
    }
}
