using System.Runtime.CompilerServices;
using Orchestration.Grains.Storage;

namespace Orchestration.Storage.Sqlite.Writing;

/// <summary>A summary without events.</summary>
internal sealed class SummaryOperation(
    StoreKey key, long handle, long expectedSequence, RunSummary summary, bool resetWakes) : WriteOperation<bool>
{
    protected override bool Carry(WriteSession session)
    {
        var found = handle;
        ref var tail = ref session.Locate(key, ref found);
        if (Unsafe.IsNullRef(ref tail) || tail.Sequence != expectedSequence) return false;
        resetWakes &= tail.Wakes != 0;
        session.Summarize(found, summary);
        if (resetWakes) session.SetWakes(found, 0);
        return true;
    }
}
