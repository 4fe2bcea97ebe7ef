using System.Runtime.CompilerServices;
using Orchestration.Grains.Storage;

namespace Orchestration.Storage.Sqlite.Writing;

/// <summary>One wake, counted.</summary>
internal sealed class WakeOperation(StoreKey key, long handle) : WriteOperation<int?>
{
    protected override int? Carry(WriteSession session)
    {
        var found = handle;
        ref var tail = ref session.Locate(key, ref found);
        if (Unsafe.IsNullRef(ref tail)) return null;
        var wakes = tail.Wakes + 1;
        session.SetWakes(found, wakes);
        return wakes;
    }
}
