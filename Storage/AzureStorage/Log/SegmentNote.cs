using Orchestration.Storage.AzureStorage.Coding;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>
/// What a manifest notes of the segment at its checkpoint, by which a silo that opens the log tells a copy that was put in the
/// segment's place.
/// </summary>
/// <param name="Incarnation">
/// The incarnation of the data set of which it holds: a copy that was consented to has blocks of its own.
/// </param>
/// <param name="Blocks">How many blocks are before the checkpoint.</param>
/// <param name="CreatedAt">When the segment was made, by the service's clock, where that is known.</param>
internal sealed record SegmentNote(Guid Incarnation, int Blocks, DateTimeOffset? CreatedAt)
{
    public void WriteTo(ByteWriter writer) =>
        writer.Guid(Incarnation).Number(Blocks).Optional(CreatedAt?.ToUnixTimeMilliseconds());

    public static SegmentNote? Read(ref ByteReader reader)
    {
        if (reader.AtEnd) return null;
        var (incarnation, blocks, at) = (reader.Guid(), reader.Count(), reader.OptionalNumber());
        return new SegmentNote(incarnation, blocks, at is { } time ? RunCode.Time(time) : null);
    }
}
