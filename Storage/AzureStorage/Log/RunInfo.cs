using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Workflows;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>What is fixed for a run.</summary>
/// <param name="Key">The run.</param>
/// <param name="WorkflowType">Its type.</param>
/// <param name="Shard">Its shard.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="Handle">Its handle.</param>
/// <param name="Ordinal">Its place among the runs of its instance, from 1.</param>
internal sealed record RunInfo(
    StoreKey Key, string WorkflowType, int Shard, DateTimeOffset StartedAt, long Handle, long Ordinal)
{
    public RunRecord ToRecord(RunStand stand) => new(Key, Handle, WorkflowType, StartedAt, stand.Summary, stand.Wakes);

    public void WriteTo(ByteWriter writer) => writer
        .Text(Key.Key.Namespace).Text(Key.Key.Id.Value).Guid(Key.RunId.Value).Text(WorkflowType).Number(Shard)
        .Number(StartedAt.ToUnixTimeMilliseconds()).Number(Handle).Number(Ordinal);

    public static RunInfo Read(ref ByteReader reader)
    {
        var key = RunCode.ReadKey(ref reader);
        return new RunInfo(
            new StoreKey(key, new RunId(reader.Guid())), reader.Text(), (int)reader.Number(), RunCode.Time(reader.Number()),
            reader.Number(), reader.Number());
    }
}
