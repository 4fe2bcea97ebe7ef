using System.Text.Json;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>Splits stored turns into entries, without knowing the events themselves: newer silos may have more of them.</summary>
internal static class HistoryReader
{
    /// <summary>The form of events that this client reads.</summary>
    public const byte JsonFormat = 1;

    /// <summary>The entries of one stored turn, in order.</summary>
    /// <exception cref="EngineFault">The turn is in a format that this client does not know, or is damaged.</exception>
    public static List<HistoryEntry> Read(HistoryChunk chunk)
    {
        if (chunk.Format != JsonFormat)
        {
            throw new EngineFault(
                FaultCodes.VersionMismatch,
                $"Event {chunk.FirstSequence} is stored in format {chunk.Format}; this client reads {JsonFormat}: update it.");
        }

        try
        {
            using var body = JsonDocument.Parse(chunk.Body);
            var entries = new List<HistoryEntry>(body.RootElement.GetArrayLength());
            foreach (var e in body.RootElement.EnumerateArray())
            {
                entries.Add(new HistoryEntry(
                    chunk.FirstSequence + entries.Count,
                    e.GetProperty("type").GetString() ?? "",
                    DateTimeOffset.FromUnixTimeMilliseconds(e.GetProperty("at").GetInt64()),
                    e.GetRawText()));
            }

            return entries;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new EngineFault(
                FaultCodes.CorruptHistory, $"The stored turn at event {chunk.FirstSequence} cannot be read: {e.Message}", e);
        }
    }
}
