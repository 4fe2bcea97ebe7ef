using Orchestration.Grains.Storage;

namespace Orchestration.Storage.PostgreSql.Writing;

/// <summary>A summary without events.</summary>
internal sealed class SummaryOperation(
    StoreKey key, long handle, long expectedSequence, RunSummary summary, int? wakes) : WriteOperation<bool>(key, handle)
{
    public long ExpectedSequence => expectedSequence;

    public RunSummary Summary => summary;

    public int? Wakes => wakes;

    public override void AddTo(Group group) => group.Summaries.Add(this);

    public override void Settle(Found found)
    {
        if (found.Handle != 0 && found.Sequence == expectedSequence) Handle = found.Handle;
        else Settle(false);
    }
}
