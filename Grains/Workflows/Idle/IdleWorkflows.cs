namespace Orchestration.Grains.Workflows.Idle;

/// <summary>An activation that has nothing to do for now.</summary>
internal interface IIdleWorkflow
{
    /// <summary>Whether it has been at work since it was last looked at; looking sets it back.</summary>
    bool TakeTouched();

    /// <summary>Lets it go from memory, in good order. Any thread.</summary>
    void Evict();
}

/// <summary>
/// Keeps parked and closed workflows in memory by recent use, up to a number of each; beyond it the longest unused is let go. Of
/// closed ones only few: a call that comes later reads what it needs, while each that is kept for long outlives the youngest
/// generations of the heap and makes their collection dear.
/// </summary>
internal sealed class IdleWorkflows(int capacity)
{
    /// <summary>How many closed ones are kept at most.</summary>
    public const int MostClosed = 128;

    private readonly IdleQueue _parked = new(capacity);
    private readonly IdleQueue _closed = new(Math.Min(capacity, MostClosed));

    /// <summary>How many stand in the queues, with such as have left and were not passed yet.</summary>
    public int Count => _parked.Count + _closed.Count;

    /// <summary>Adds an activation that stands in no queue.</summary>
    /// <returns>Its place, to be left when it goes or changes from one kind to the other.</returns>
    public IdleEntry Add(IIdleWorkflow idle, bool isClosed)
    {
        var entry = new IdleEntry(idle, isClosed);
        (isClosed ? _closed : _parked).Add(entry);
        return entry;
    }
}
