using System.Collections.Concurrent;
using Orchestration.Runtime.Activations;

namespace Orchestration.Runtime.Membership;

/// <summary>
/// Whether this silo may serve. Held: turns wait, calls from elsewhere are refused, since others may have declared it dead
/// without its knowing; it goes on when the table says that they have not. Fenced: it is dead, and runs no turn ever again.
/// Thread-safe.
/// </summary>
internal sealed class SiloFence(ITurnDispatcher inner) : ITurnDispatcher
{
    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<IThreadPoolWorkItem> _kept = new();
    private readonly List<Action<string>> _onFenced = [];
    private volatile FenceState _state;
    private volatile string? _reason;

    public FenceState State => _state;

    /// <summary>Whether calls from elsewhere are refused.</summary>
    public bool IsClosed => _state != FenceState.Open;

    /// <summary>Why it is held or fenced, for people.</summary>
    public string Reason => _reason ?? "it is not";

    /// <summary>Has an action run once when the silo is fenced; at once where it is already.</summary>
    public void OnFenced(Action<string> action)
    {
        lock (_gate)
        {
            if (_state != FenceState.Fenced)
            {
                _onFenced.Add(action);
                return;
            }
        }

        action(Reason);
    }

    public void Dispatch(IThreadPoolWorkItem item)
    {
        if (_state == FenceState.Open)
        {
            inner.Dispatch(item);
            return;
        }

        _kept.Enqueue(item);

        // Released in between: nobody else would look again.
        if (_state == FenceState.Open) DispatchKept();
    }

    /// <summary>Holds the silo; true where that is news.</summary>
    public bool Hold(string reason)
    {
        lock (_gate)
        {
            if (_state != FenceState.Open) return false;
            _reason = reason;
            _state = FenceState.Held;
            return true;
        }
    }

    /// <summary>Lets a held silo go on; true where it was held.</summary>
    public bool Release()
    {
        lock (_gate)
        {
            if (_state != FenceState.Held) return false;
            _state = FenceState.Open;
            _reason = null;
        }

        DispatchKept();
        return true;
    }

    /// <summary>Ends the silo's service for good; true where that is news.</summary>
    public bool Fence(string reason)
    {
        Action<string>[] actions;
        lock (_gate)
        {
            if (_state == FenceState.Fenced) return false;
            _reason = reason;
            _state = FenceState.Fenced;
            actions = [.. _onFenced];
        }

        _kept.Clear();
        foreach (var action in actions) action(reason);
        return true;
    }

    private void DispatchKept()
    {
        while (_kept.TryDequeue(out var item)) inner.Dispatch(item);
    }
}

/// <summary>Whether a silo may serve, in order of severity.</summary>
internal enum FenceState
{
    /// <summary>It serves.</summary>
    Open,

    /// <summary>It waits to learn whether it is still a member.</summary>
    Held,

    /// <summary>It is no member any more.</summary>
    Fenced,
}
