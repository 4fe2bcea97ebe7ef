namespace Orchestration.Storage.AzureStorage.Log.Memory;

/// <summary>The runs of an instance that are in memory. The log's lock guards it.</summary>
internal sealed class MemInstance(UInt128 hash)
{
    public UInt128 Hash { get; } = hash;

    public List<MemRun> Runs { get; } = [];

    /// <summary>Whether the tables were asked: all its runs are here, and all of each.</summary>
    public bool IsComplete { get; set; }

    /// <summary>Its place among those that can be let go; null while the log alone has something of it.</summary>
    public LinkedListNode<MemInstance>? Idle { get; set; }

    public bool IsChanged => Runs.Exists(static run => run.ChangedAt is not null);

    public MemRun? Find(Guid run) => Runs.Find(r => r.Ref.Run == run && !r.IsPurged);

    /// <summary>The latest run; of a complete instance.</summary>
    public MemRun? Latest
    {
        get
        {
            MemRun? latest = null;
            foreach (var run in Runs)
                if (!run.IsPurged && (latest is null || run.Info!.Ordinal > latest.Info!.Ordinal)) latest = run;
            return latest;
        }
    }
}
