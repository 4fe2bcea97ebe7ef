using Orchestration.Grains.Storage;

namespace Orchestration.Storage.PostgreSql.Writing;

/// <summary>One wake, counted. Where its answer is lost and it is repeated, it may count twice.</summary>
internal sealed class WakeOperation(StoreKey key, long handle) : WriteOperation<int?>(key, handle)
{
    public override void AddTo(Group group) => group.Wakes.Add(this);

    public override void Settle(Found found)
    {
        if (found.Handle == 0) Settle((int?)null);
        else Handle = found.Handle;
    }
}
