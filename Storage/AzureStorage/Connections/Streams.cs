using System.Runtime.InteropServices;

namespace Orchestration.Storage.AzureStorage.Connections;

/// <summary>Bytes as the client wants them.</summary>
internal static class Streams
{
    public static Stream Of(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment)
            ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
            : new MemoryStream(bytes.ToArray(), writable: false);
}
