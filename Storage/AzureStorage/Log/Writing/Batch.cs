using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Log.Memory;

namespace Orchestration.Storage.AzureStorage.Log.Writing;

/// <summary>The records of one block to be, and how runs would stand after them.</summary>
internal sealed class Batch(LogMemory memory)
{
    private readonly Dictionary<RunRef, RunStand> _stands = [];
    private readonly HashSet<UInt128> _touched = [];
    private readonly HashSet<UInt128> _sealed = [];

    public LogMemory Memory { get; } = memory;

    public Guid Id { get; } = Guid.NewGuid();

    public List<ReadOnlyMemory<byte>> Records { get; } = [];

    public List<LogWrite> Writes { get; } = [];

    public int Bytes { get; private set; }

    /// <summary>Whether runs of the instance come or go in this batch.</summary>
    public bool IsSealed(UInt128 instance) => _sealed.Contains(instance);

    /// <summary>Whether the batch has anything of the instance.</summary>
    public bool IsTouched(UInt128 instance) => _touched.Contains(instance) || IsSealed(instance);

    /// <summary>How a run stands after what is in the batch; null where the batch has nothing of it.</summary>
    public RunStand? Pending(RunRef run) => _stands.TryGetValue(run, out var stand) ? stand : null;

    public void Add(LogRecord record)
    {
        var writer = new ByteWriter();
        record.WriteTo(writer);
        Records.Add(writer.Written);
        Bytes += writer.Length + 8;
        if (record.Kind is LogRecordKind.Checkpoint or LogRecordKind.Rolled) return;
        _touched.Add(record.Ref.Instance);
        if (record.Kind is LogRecordKind.Start or LogRecordKind.Purge) _sealed.Add(record.Ref.Instance);
        else if (record.Kind is LogRecordKind.Turn or LogRecordKind.State) _stands[record.Ref] = record.Stand;
    }
}
