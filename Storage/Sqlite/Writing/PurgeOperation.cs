using Orchestration.Grains.Storage;

namespace Orchestration.Storage.Sqlite.Writing;

/// <summary>The end of a closed run.</summary>
internal sealed class PurgeOperation(StoreKey key) : WriteOperation<bool>
{
    protected override bool Carry(WriteSession session)
    {
        var handle = session.HandleOf(key);
        if (handle == 0) return InDoubt;
        if (session.Record(handle)!.Summary.State != RunState.Closed) return false;
        session.Other("DELETE FROM turns WHERE handle=?").Bind(1, handle).Run();
        session.Other("DELETE FROM heartbeats WHERE handle=?").Bind(1, handle).Run();
        session.Other("DELETE FROM runs WHERE handle=?").Bind(1, handle).Run();
        session.Forget(handle);
        return true;
    }
}
