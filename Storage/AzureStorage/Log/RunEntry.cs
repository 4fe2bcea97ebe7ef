using Orchestration.Storage.AzureStorage.Coding;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>A run as the tables have it.</summary>
/// <param name="Info">What is fixed.</param>
/// <param name="Stand">How it stood when it was written.</param>
/// <param name="Extents">Where its history is, in order.</param>
/// <param name="HasBodies">Whether some of its bodies are blobs of their own.</param>
internal sealed record RunEntry(RunInfo Info, RunStand Stand, IReadOnlyList<Extent> Extents, bool HasBodies)
{
    public byte[] ToBytes()
    {
        var writer = new ByteWriter(128);
        Info.WriteTo(writer);
        Stand.WriteTo(writer);
        writer.Byte(HasBodies ? (byte)1 : (byte)0).Number(Extents.Count);
        foreach (var extent in Extents)
            writer.Guid(extent.Pack).Number(extent.Offset).Number(extent.Length).Number(extent.First).Number(extent.Last)
                .Number(extent.LastTurn);
        return writer.ToArray();
    }

    public static RunEntry Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        var (info, stand) = (RunInfo.Read(ref reader), RunStand.Read(ref reader));
        var hasBodies = reader.Byte() != 0;
        var extents = new Extent[reader.Count()];
        for (var i = 0; i < extents.Length; i++)
            extents[i] = new Extent(
                reader.Guid(), reader.Number(), reader.Count(), reader.Number(), reader.Number(), reader.Count());
        return new RunEntry(info, stand, extents, hasBodies);
    }
}
