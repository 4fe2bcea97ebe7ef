namespace Orchestration.Silo.Tests.Telemetry;

/// <summary>A request of OTLP traces as lines, one a field, whatever their order and however lengths are written.</summary>
internal static class OtlpForm
{
    // Of ExportTraceServiceRequest, by the numbers of fields: the resource and its tags, scopes, spans, their tags and status.
    private static readonly HashSet<string> Messages =
    [
        "1", "1.1", "1.1.1", "1.1.1.2", "1.2", "1.2.1", "1.2.2", "1.2.2.9", "1.2.2.9.2", "1.2.2.15",
    ];

    public static IReadOnlyList<string> Read(byte[] request)
    {
        var lines = new List<string>();
        Read(request, "", lines);
        return [.. lines.Order(StringComparer.Ordinal)];
    }

    private static void Read(ReadOnlySpan<byte> message, string path, List<string> lines)
    {
        while (message.Length > 0)
        {
            var tag = Varint(ref message);
            var field = path.Length == 0 ? $"{tag >> 3}" : $"{path}.{tag >> 3}";
            var length = (tag & 7) switch
            {
                0 => -1,
                1 => 8,
                2 => (int)Varint(ref message),
                5 => 4,
                _ => throw new InvalidDataException(),
            };
            if (length < 0)
            {
                lines.Add($"{field}={Varint(ref message)}");
                continue;
            }

            if ((tag & 7) == 2 && Messages.Contains(field))
            {
                // A tag is told as a whole: its key and value belong together.
                var inner = new List<string>();
                Read(message[..length], field, inner);
                if (field is "1.1.1" or "1.2.2.9") lines.Add(string.Join(' ', inner));
                else lines.AddRange(inner);
                if (length == 0) lines.Add($"{field} is empty");
            }
            else
            {
                lines.Add($"{field}={Convert.ToHexString(message[..length])}");
            }

            message = message[length..];
        }
    }

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
    }
}
