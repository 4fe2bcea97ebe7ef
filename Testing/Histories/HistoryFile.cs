using System.Text;
using System.Text.Json;
using Orchestration.Client;
using Orchestration.Grains.Kernel.History;
using Orchestration.Workflows;

namespace Orchestration.Testing.Histories;

/// <summary>An exported history, as read.</summary>
/// <param name="Source">Where it comes from: mostly a file.</param>
/// <param name="WorkflowType">The workflow type's name.</param>
/// <param name="WorkflowId">The instance's id.</param>
/// <param name="RunId">The run's id.</param>
/// <param name="Events">Its events.</param>
internal sealed record HistoryFile(string Source, string WorkflowType, string WorkflowId, string RunId, List<HistoryEvent> Events)
{
    private const int MaximumDepth = 192;

    /// <summary>Reads an exported history.</summary>
    /// <exception cref="HistoryFileDamaged">It is none, is damaged, or was written by a newer version.</exception>
    public static HistoryFile Read(string source, byte[] bytes)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = MaximumDepth });
        }
        catch (JsonException e)
        {
            var place = $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}";
            throw new HistoryFileDamaged(source, place, $"it is no JSON ({e.Message})", e);
        }

        using (document)
        {
            try
            {
                return Read(source, document.RootElement);
            }
            catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException)
            {
                throw new HistoryFileDamaged(source, "its text", $"what is there cannot be read ({e.Message})", e);
            }
        }
    }

    private static HistoryFile Read(string source, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || Text(source, root, "format") != HistoryExport.Format)
            throw new HistoryFileDamaged(source, "member 'format'", $"it is not '{HistoryExport.Format}'");
        CheckVersion(source, root, "version", HistoryExport.Version);
        CheckVersion(source, root, "eventFormat", HistorySerializer.Format);
        if (!root.TryGetProperty("events", out var stored) || stored.ValueKind != JsonValueKind.Array)
            throw new HistoryFileDamaged(source, "member 'events'", "it is missing, or no list");
        var events = new List<HistoryEvent>(stored.GetArrayLength());
        foreach (var e in stored.EnumerateArray())
        {
            try
            {
                HistorySerializer.Read(Encoding.UTF8.GetBytes($"[{e.GetRawText()}]"), HistorySerializer.Format, events);
            }
            catch (EngineFault fault)
            {
                throw new HistoryFileDamaged(source, $"event {events.Count + 1}", fault.Message, fault);
            }
        }

        if (events is not [RunStarted started, ..])
            throw new HistoryFileDamaged(source, "event 1", "a history begins with run-started");
        return new HistoryFile(source, started.WorkflowType, Text(source, root, "workflowId"), started.RunId.ToString(), events);
    }

    private static void CheckVersion(string source, JsonElement root, string name, int newest)
    {
        if (!root.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Number
            || !value.TryGetInt32(out var number) || number < 1)
            throw new HistoryFileDamaged(source, $"member '{name}'", "it is missing, or no number from 1");
        if (number > newest)
            throw new HistoryFileDamaged(source, $"member '{name}'",
                $"it is {number}, and this version reads up to {newest}: use the version that wrote it, or a newer one");
    }

    private static string Text(string source, JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new HistoryFileDamaged(source, $"member '{name}'", "it is missing, or no text");
}
