using System.Buffers;
using System.Text.Json;

namespace Orchestration.OrderFulfillment.Input;

/// <summary>
/// Reads a file of one JSON object a line. A bad line is reported and the next one read; memory does not grow with the file.
/// </summary>
internal static class JsonLines
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads what <paramref name="read"/> makes of each line; blank lines are passed over.</summary>
    public static IEnumerable<T> Read<T>(Stream stream, string file, Func<JsonElement, int, T> read, Action<InputProblem> report)
    {
        foreach (var (number, text) in Split(stream))
        {
            if (text is { Length: 0 }) continue;
            if (!TryRead(text, number, read, out var value, out var reason)) report(new InputProblem(file, number, reason!));
            else yield return value!;
        }
    }

    private static bool TryRead<T>(byte[]? text, int number, Func<JsonElement, int, T> read, out T? value, out string? reason)
    {
        value = default;
        reason = null;
        try
        {
            if (text is null) throw new BadLine($"longer than {InputLimits.LineBytes:N0} bytes");
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new BadLine($"a JSON {document.RootElement.ValueKind.ToString().ToLowerInvariant()}, not an object");
            value = read(document.RootElement, number);
            return true;
        }
        catch (BadLine e)
        {
            reason = e.Message;
        }
        catch (JsonException e)
        {
            reason = $"not JSON (at byte {e.BytePositionInLine})";
        }

        return false;
    }

    /// <summary>Cuts a stream into trimmed lines; null stands for one that is too long to be kept.</summary>
    private static IEnumerable<(int Number, byte[]? Text)> Split(Stream stream)
    {
        var chunk = new byte[64 * 1024];
        var line = new ArrayBufferWriter<byte>();
        var tooLong = false;
        var number = 1;
        int read;
        while ((read = stream.Read(chunk, 0, chunk.Length)) > 0)
        {
            for (var start = 0; start < read;)
            {
                var end = Array.IndexOf(chunk, (byte)'\n', start, read - start);
                var length = (end < 0 ? read : end) - start;
                tooLong |= line.WrittenCount + length > InputLimits.LineBytes;
                if (!tooLong) line.Write(chunk.AsSpan(start, length));
                start += length + 1;
                if (end < 0) break;
                yield return (number, tooLong ? null : Trim(line.WrittenSpan, number));
                number++;
                tooLong = false;
                line.ResetWrittenCount();
            }
        }

        if (tooLong || line.WrittenCount > 0) yield return (number, tooLong ? null : Trim(line.WrittenSpan, number));
    }

    private static byte[] Trim(ReadOnlySpan<byte> line, int number)
    {
        if (number == 1 && line.StartsWith(ByteOrderMark)) line = line[ByteOrderMark.Length..];
        return line.Trim(" \t\r"u8).ToArray();
    }
}
