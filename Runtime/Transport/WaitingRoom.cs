namespace Orchestration.Runtime.Transport;

/// <summary>
/// The connections of a door that have not introduced themselves yet, up to a limit. Beyond it the one that has had the most time
/// for it makes room: whoever holds many open keeps nobody out. Thread-safe.
/// </summary>
internal sealed class WaitingRoom(int limit)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<CancellationTokenSource> _waiting = [];

    public int Count
    {
        get { lock (_gate) return _waiting.Count; }
    }

    /// <summary>One more is there.</summary>
    /// <returns>Its place, to be left; cancelled where it has to make room.</returns>
    public LinkedListNode<CancellationTokenSource> Enter()
    {
        CancellationTokenSource? oldest = null;
        LinkedListNode<CancellationTokenSource> place;
        lock (_gate)
        {
            if (_waiting.Count >= limit)
            {
                oldest = _waiting.First!.Value;
                _waiting.RemoveFirst();
            }

            place = _waiting.AddLast(new CancellationTokenSource());
        }

        oldest?.Cancel();
        return place;
    }

    /// <summary>Why one is dropped that did not introduce itself.</summary>
    public static string ReasonOf(LinkedListNode<CancellationTokenSource> place, TimeSpan limit) =>
        place.Value.IsCancellationRequested
            ? "it made room: too many connections have not introduced themselves yet" : $"no introduction within {limit}";

    /// <summary>It has introduced itself, or is gone.</summary>
    public void Leave(LinkedListNode<CancellationTokenSource> place)
    {
        lock (_gate)
        {
            if (place.List is not null) _waiting.Remove(place);
        }
    }
}
