using System.Text.Json;
using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>
/// Writes histories to files that say what they are: JSON with a format key, the workflow's type and ids, and the events as they
/// are stored, one a line, but for the secrets of tokens (<see cref="HistoryEntry.WithoutSecrets"/>): files are passed on. Replay
/// such files against today's code with <c>WorkflowReplayer</c> of Orchestration.Testing.
/// </summary>
public static class HistoryExport
{
    /// <summary>The first member of every such file, <c>format</c>.</summary>
    public const string Format = "orchestration-history";

    /// <summary>The form that is written, member <c>version</c>. Readers accept it and older ones.</summary>
    public const int Version = 1;

    /// <summary>
    /// Writes a run's history as committed so far to a file; an existing one is replaced once the new one is whole.
    /// </summary>
    /// <param name="handle">The run; of a handle without a run id, the latest.</param>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="WorkflowNotFound">No such run.</exception>
    public static async Task ExportHistoryAsync(
        this IWorkflowHandle handle, string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var unfinished = path + ".part";
        await using (var file = File.Create(unfinished)) await handle.ExportHistoryAsync(file, cancellationToken);
        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Writes a run's history as committed so far to a stream, which stays open.</summary>
    /// <inheritdoc cref="ExportHistoryAsync(IWorkflowHandle, string, CancellationToken)"/>
    public static async Task ExportHistoryAsync(
        this IWorkflowHandle handle, Stream output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handle);
        ArgumentNullException.ThrowIfNull(output);
        await using var writer = new StreamWriter(output, leaveOpen: true) { NewLine = "\n" };
        var count = 0;
        await foreach (var entry in handle.GetHistoryAsync(cancellationToken: cancellationToken))
        {
            if (count++ == 0) await WriteHeadAsync(writer, handle, entry);
            else await writer.WriteLineAsync(",");
            await writer.WriteAsync("    ");
            await writer.WriteAsync(entry.WithoutSecrets().Json);
        }

        await writer.WriteLineAsync("\n  ]\n}");
    }

    private static async Task WriteHeadAsync(StreamWriter writer, IWorkflowHandle handle, HistoryEntry first)
    {
        using var start = JsonDocument.Parse(first.Json);
        var started = start.RootElement;
        await writer.WriteLineAsync("{");
        await WriteAsync("format", Format);
        await writer.WriteLineAsync($"  \"version\": {Version},");
        await writer.WriteLineAsync($"  \"eventFormat\": {HistoryReader.JsonFormat},");
        await WriteAsync("namespace", handle.Key.Namespace);
        await WriteAsync("workflowId", handle.Key.Id.Value);
        await WriteAsync("workflowType", Text(started, "workflowType"));
        await WriteAsync("runId", Text(started, "runId"));
        await writer.WriteLineAsync("  \"events\": [");

        Task WriteAsync(string name, string value) =>
            writer.WriteLineAsync($"  \"{name}\": \"{JsonEncodedText.Encode(value)}\",");
    }

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
