using Orchestration.Workflows;

namespace Orchestration.Grains.Storage.InMemory;

/// <summary>One run. Its instance's lock guards all that changes.</summary>
internal sealed class MemoryRun(MemoryInstance instance, RunId id, long handle, RunHeader header, RunSummary summary)
{
    private readonly List<HistoryBatch> _turns = [];

    public MemoryInstance Instance { get; } = instance;

    public RunId Id { get; } = id;

    public long Handle { get; } = handle;

    public RunHeader Header { get; } = header;

    public long StartedAt { get; } = header.StartedAt.ToUnixTimeMilliseconds();

    public RunSummary Summary { get; set; } = summary;

    /// <summary>When it ended, as the index of ends has it; null while it is not there.</summary>
    public long? EndedAt { get; set; }

    public int Wakes { get; set; }

    public bool Purged { get; set; }

    public Dictionary<long, HeartbeatRecord>? Heartbeats { get; set; }

    public long Tail => _turns.Count == 0 ? 0 : _turns[^1].FirstSequence + _turns[^1].EventCount - 1;

    public HistoryBatch Last => _turns[^1];

    public StoreKey Key => new(Instance.Key, Id);

    public void Add(AppendRequest request) => _turns.Add(new HistoryBatch(
        request.ExpectedSequence + 1, request.EventCount, request.TurnId, request.Format, request.Body.ToArray()));

    /// <summary>Whether the turn already stands where the request wants it.</summary>
    public bool Has(AppendRequest request)
    {
        var index = IndexOf(request.ExpectedSequence + 1);
        return index < _turns.Count && _turns[index].FirstSequence == request.ExpectedSequence + 1
            && _turns[index].TurnId == request.TurnId;
    }

    public HistoryPage Read(long fromSequence, int maximumBytes)
    {
        var batches = new List<HistoryBatch>();
        long bytes = 0;
        for (var i = IndexOf(fromSequence); i < _turns.Count; i++)
        {
            if (batches.Count > 0 && bytes + _turns[i].Body.Length > maximumBytes)
                return new HistoryPage(batches, _turns[i].FirstSequence);
            bytes += _turns[i].Body.Length;
            batches.Add(_turns[i]);
        }

        return new HistoryPage(batches, null);
    }

    public RunRecord ToRecord() =>
        new(Key, Handle, Header.WorkflowType, DateTimeOffset.FromUnixTimeMilliseconds(StartedAt), Summary, Wakes);

    /// <summary>The place of the turn that holds the sequence, or of the one that would come there.</summary>
    private int IndexOf(long sequence)
    {
        var low = 0;
        var high = _turns.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_turns[middle].FirstSequence + _turns[middle].EventCount - 1 < sequence) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
