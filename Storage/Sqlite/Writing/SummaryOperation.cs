using System.Runtime.CompilerServices;
using Orchestration.Grains.Storage;

namespace Orchestration.Storage.Sqlite.Writing;

/// <summary>A summary without events.</summary>
internal sealed class SummaryOperation(
    StoreKey key, long handle, long expectedSequence, RunSummary summary, int? wakes) : WriteOperation<bool>
{
    protected override bool Carry(WriteSession session)
    {
        var found = handle;
        ref var tail = ref session.Locate(key, ref found);
        if (Unsafe.IsNullRef(ref tail) || tail.Sequence != expectedSequence) return false;
        var counted = tail.Wakes;
        session.Summarize(found, summary);
        if (wakes is { } count && count != counted) session.SetWakes(found, count);
        return true;
    }
}
