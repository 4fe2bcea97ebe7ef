using System.Text;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>A turn as logs and packs hold it.</summary>
/// <param name="First">Its first event.</param>
/// <param name="Count">How many events it has.</param>
/// <param name="Id">The turn.</param>
/// <param name="Format">The format key of its body.</param>
/// <param name="Body">The events; or, of a large one, the name of the blob that holds them.</param>
/// <param name="IsLarge">Whether the body is a blob of its own.</param>
internal sealed record LogTurn(long First, int Count, TurnId Id, byte Format, ReadOnlyMemory<byte> Body, bool IsLarge)
{
    public long Last => First + Count - 1;

    public string BodyName => Encoding.UTF8.GetString(Body.Span);

    public void WriteTo(ByteWriter writer)
    {
        writer.Number(First).Number(Count).Byte(Format).Byte(IsLarge ? (byte)1 : (byte)0);
        RunCode.Write(writer, Id);
        writer.Bytes(Body.Span);
    }

    public static LogTurn Read(ref ByteReader reader, ReadOnlyMemory<byte> source)
    {
        var (first, count, format, large) = (reader.Number(), reader.Count(), reader.Byte(), reader.Byte());
        var id = RunCode.ReadTurn(ref reader);
        var length = reader.Count();
        reader.Raw(length);
        return new LogTurn(first, count, id, format, source.Slice(reader.Position - length, length), large != 0);
    }
}
