using Orchestration.Grains.Storage;

namespace Orchestration.Grains.Workflows.Watch;

/// <summary>A run that is being rebuilt from its history.</summary>
internal sealed class WatchedReplay(RunRecord record, long events, bool withCode) : IWatchedCode
{
    public StoreKey Key => record.Key;

    public string WorkflowType => record.WorkflowType;

    public string What => "a replay";

    public string LastCommand => "not known during a replay";

    // One that has ended stays so, whatever its code does today.
    public long MarkHandle => withCode && record.Summary.ClosedAt is null ? record.Handle : 0;

    public long Sequence => events;
}
