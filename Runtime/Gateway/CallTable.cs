using Orchestration.Runtime.Messaging;

namespace Orchestration.Runtime.Gateway;

/// <summary>
/// The calls of one connection that wait for an answer, by number. Numbers rise and index a ring, so that adding and taking a
/// call allocates nothing; a number whose place is held by an older call is skipped. Thread-safe.
/// </summary>
internal sealed class CallTable(int limit)
{
    private readonly Lock _gate = new();
    private Request?[] _slots = new Request?[256];
    private long _next = 1;
    private int _count;
    private bool _closed;

    public int Count
    {
        get { lock (_gate) return _count; }
    }

    /// <summary>Gives the call its number.</summary>
    public AddOutcome Add(Request request)
    {
        lock (_gate)
        {
            if (_closed) return AddOutcome.Closed;
            if (_count >= limit) return AddOutcome.Full;
            if (_count * 2 >= _slots.Length) Grow();
            while (_slots[_next & (_slots.Length - 1)] is not null) _next++;
            request.Id = _next;
            _slots[_next++ & (_slots.Length - 1)] = request;
            _count++;
            return AddOutcome.Added;
        }
    }

    /// <summary>Takes out the call with this number; null if there is none, since its caller has given up.</summary>
    public Request? Take(long id)
    {
        lock (_gate)
        {
            ref var slot = ref _slots[id & (_slots.Length - 1)];
            if (slot is not { } request || request.Id != id) return null;
            slot = null;
            _count--;
            return request;
        }
    }

    /// <summary>Whether this very call is in the table.</summary>
    public bool Contains(Request request)
    {
        lock (_gate) return _slots[request.Id & (_slots.Length - 1)] == request;
    }

    public bool Remove(Request request)
    {
        lock (_gate)
        {
            ref var slot = ref _slots[request.Id & (_slots.Length - 1)];
            if (slot != request) return false;
            slot = null;
            _count--;
            return true;
        }
    }

    /// <summary>Takes out all calls; none can be added any more.</summary>
    public List<Request> Close()
    {
        lock (_gate)
        {
            _closed = true;
            List<Request> open = [.. _slots.OfType<Request>()];
            Array.Clear(_slots);
            _count = 0;
            return open;
        }
    }

    private void Grow()
    {
        // Numbers that differ in a ring differ in one of twice the size, so nothing collides.
        var grown = new Request?[_slots.Length * 2];
        foreach (var request in _slots)
        {
            if (request is not null) grown[request.Id & (grown.Length - 1)] = request;
        }

        _slots = grown;
    }
}

internal enum AddOutcome
{
    Added,

    /// <summary>Too many calls are open.</summary>
    Full,

    /// <summary>The connection is gone.</summary>
    Closed,
}
