using Orchestration.Grains.Interfaces.Workflows;

namespace Orchestration.Grains.Visibility;

/// <summary>A run whose end somebody waits for or was invited to wait for.</summary>
internal sealed class AwaitedRun(string workflow)
{
    private readonly Lock _gate = new();
    private readonly List<ResultWaiter> _waiters = new(1);
    private long _invitedUntil = long.MinValue;
    private ResultReply? _result;
    private long _held;
    private bool _ended;
    private bool _moved;
    private bool _gone;

    /// <summary>Whether it is the named workflow's run.</summary>
    public bool IsOf(string name) => string.Equals(name, workflow, StringComparison.Ordinal);

    /// <summary>Lets a caller come until then; false where this entry is gone and another one is to be made.</summary>
    public bool TryInvite(long until)
    {
        lock (_gate)
        {
            if (_gone) return false;
            _invitedUntil = Math.Max(_invitedUntil, until);
            if (_moved) _moved = _ended = false; // it is here again
            return true;
        }
    }

    /// <summary>
    /// Adds a waiter; false where this entry is gone or has ended in the meantime, and is to be looked at again.
    /// </summary>
    public bool TryJoin(ResultWaiter waiter)
    {
        lock (_gate)
        {
            if (_gone || _ended) return false;
            _waiters.Add(waiter);
            return true;
        }
    }

    /// <summary>Whether the end was announced; the result is null where there was no room to keep it.</summary>
    public bool TryGetResult(out ResultReply? result)
    {
        lock (_gate)
        {
            result = _result;
            return _ended && !_gone;
        }
    }

    /// <summary>Takes the announcement and answers all waiters.</summary>
    /// <returns>Whether it is kept for callers on their way.</returns>
    public bool End(ResultReply result, long held, long now)
    {
        lock (_gate)
        {
            _held += held;
            if (_gone) return false;
            foreach (var waiter in _waiters) waiter.End(result);
            _waiters.Clear();
            _ended = true;
            _moved = false;
            if (now < _invitedUntil)
            {
                _result = held > 0 ? result : null;
                return true;
            }

            _gone = true;
            return false;
        }
    }

    /// <summary>The run goes elsewhere: sends all waiters, and those on their way, back to the workflow.</summary>
    /// <returns>Whether it is kept for callers on their way.</returns>
    public bool Move(long now)
    {
        lock (_gate)
        {
            if (_gone) return false;
            if (_ended) return true;
            foreach (var waiter in _waiters) waiter.End(null);
            _waiters.Clear();
            _ended = _moved = true;
            _gone = now >= _invitedUntil;
            return !_gone;
        }
    }

    /// <summary>A waiter goes.</summary>
    /// <returns>Whether nobody is left and the entry is to be forgotten.</returns>
    public bool Leave(ResultWaiter waiter, long now)
    {
        lock (_gate)
        {
            _waiters.Remove(waiter);
            return Lapse(now);
        }
    }

    /// <summary>Whether nobody waits and no invitation holds any more: the entry is to be forgotten.</summary>
    public bool TryLapse(long now)
    {
        lock (_gate) return Lapse(now);
    }

    /// <summary>The bytes that were counted for it, once.</summary>
    public long TakeHeld()
    {
        lock (_gate)
        {
            var held = _held;
            _held = 0;
            return held;
        }
    }

    private bool Lapse(long now)
    {
        if (_gone || _waiters.Count > 0 || now < _invitedUntil) return false;
        _gone = true;
        return true;
    }
}
