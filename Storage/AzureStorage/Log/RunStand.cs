using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>How a run stands.</summary>
/// <param name="Summary">Its summary.</param>
/// <param name="Wakes">Its count of suspect wakes.</param>
/// <param name="Tail">How many events its history has.</param>
internal readonly record struct RunStand(RunSummary Summary, int Wakes, long Tail)
{
    public void WriteTo(ByteWriter writer)
    {
        writer.Number(Wakes).Number(Tail);
        RunCode.Write(writer, Summary);
    }

    public static RunStand Read(ref ByteReader reader)
    {
        var (wakes, tail) = ((int)reader.Number(), reader.Number());
        return new RunStand(RunCode.ReadSummary(ref reader), wakes, tail);
    }
}
