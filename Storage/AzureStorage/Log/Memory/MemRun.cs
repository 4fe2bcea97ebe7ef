using Orchestration.Grains.Storage;

namespace Orchestration.Storage.AzureStorage.Log.Memory;

/// <summary>A run in memory. The log's lock guards it.</summary>
internal sealed class MemRun(RunRef run)
{
    public RunRef Ref { get; } = run;

    /// <summary>What is fixed; null where only later records were read and the tables have not been asked.</summary>
    public RunInfo? Info { get; set; }

    public int Shard { get; set; }

    public RunStand Stand { get; set; }

    /// <summary>Where the history begins, in packs; known once the tables were asked.</summary>
    public IReadOnlyList<Extent> Extents { get; set; } = [];

    /// <summary>The turns that are in the log alone, in order.</summary>
    public List<MemTurn> Turns { get; } = [];

    /// <summary>Heartbeats that are in the log alone, by command.</summary>
    public Dictionary<long, (HeartbeatRecord Record, LogPlace At)>? Beats { get; set; }

    public bool IsPurged { get; set; }

    /// <summary>Whether it was started in the part of the log that is in memory, so that no table has it.</summary>
    public bool IsNew { get; set; }

    /// <summary>Of a new one: where its start stands.</summary>
    public LogPlace StartedAt { get; set; }

    /// <summary>The last record that changed it; null where all of it is from the tables.</summary>
    public LogPlace? ChangedAt { get; set; }

    /// <summary>Whether some of its bodies are blobs of their own.</summary>
    public bool HasBodies { get; set; }

    /// <summary>Where the page that was read last ended.</summary>
    public HistoryCursor? Cursor { get; set; }

    public void Add(LogTurn turn, LogPlace at)
    {
        Turns.Add(new MemTurn(turn, at));
        HasBodies |= turn.IsLarge;
    }

    /// <summary>The turn that begins with an event, of those in the log.</summary>
    public LogTurn? TurnAt(long first)
    {
        var (low, high) = (0, Turns.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Turns[middle].Turn.First < first) low = middle + 1;
            else high = middle;
        }

        return low < Turns.Count && Turns[low].Turn.First == first ? Turns[low].Turn : null;
    }
}

/// <summary>A turn that is in the log alone.</summary>
internal readonly record struct MemTurn(LogTurn Turn, LogPlace At);

/// <summary>A place in the packed part of a history: which event begins in which extent, and where.</summary>
internal sealed record HistoryCursor(long First, int Extent, int Offset);
