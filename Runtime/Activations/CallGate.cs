using System.Diagnostics.CodeAnalysis;
using Orchestration.Runtime.Messaging;

namespace Orchestration.Runtime.Activations;

/// <summary>
/// Decides which calls of an activation may overlap: always those of a reentrant class and always-interleaving methods, read-only
/// ones among themselves, all others alone. Those that may not start wait in the order of their arrival; a read-only call may
/// pass others while read-only ones run.
/// </summary>
internal sealed class CallGate(bool reentrant)
{
    private Queue<(long Number, Call Call)>? _writers;
    private Queue<(long Number, Call Call)>? _readers;
    private Queue<(long Number, Call Call)>? _unbound;
    private long _arrivals;
    private int _waiting;
    private int _exclusive;
    private int _shared;
    private int _free;

    /// <summary>How many wait; may be read from other threads.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public bool NoneRuns => _exclusive + _shared + _free == 0;

    public bool IsEmpty => NoneRuns && _waiting == 0;

    /// <summary>
    /// Whether the call may start now, before those that wait: these wait for what it does not need to wait for.
    /// </summary>
    public bool MayStart(Call call) =>
        IsFree(call) || (call.IsReadOnly
            ? _exclusive == 0 && (_shared > 0 || _waiting == 0) : _exclusive + _shared == 0 && _waiting == 0);

    public void Hold(Call call)
    {
        var queue = IsFree(call) ? _unbound ??= new() : call.IsReadOnly ? _readers ??= new() : _writers ??= new();
        queue.Enqueue((_arrivals++, call));
        _waiting++;
    }

    /// <summary>Takes the first waiting call that may start.</summary>
    public bool TryTake([NotNullWhen(true)] out Call? call)
    {
        call = null;
        if (_waiting == 0) return false;
        if (_unbound is { Count: > 0 }) return Take(_unbound, out call);
        if (_exclusive > 0) return false;
        var writer = _writers is { Count: > 0 } ? _writers.Peek().Number : long.MaxValue;
        if (_readers is { Count: > 0 } && (_shared > 0 || _readers.Peek().Number < writer)) return Take(_readers, out call);
        return _shared == 0 && writer != long.MaxValue && Take(_writers!, out call);
    }

    /// <summary>Takes the first waiting call, whether it may start or not.</summary>
    public bool TryTakeAny([NotNullWhen(true)] out Call? call)
    {
        call = null;
        return (_unbound is { Count: > 0 } && Take(_unbound, out call))
            || (_writers is { Count: > 0 } && Take(_writers, out call))
            || (_readers is { Count: > 0 } && Take(_readers, out call));
    }

    public void Entered(Call call)
    {
        if (IsFree(call)) _free++;
        else if (call.IsReadOnly) _shared++;
        else _exclusive++;
    }

    public void Left(Call call)
    {
        if (IsFree(call)) _free--;
        else if (call.IsReadOnly) _shared--;
        else _exclusive--;
    }

    private bool IsFree(Call call) => reentrant || call.AlwaysInterleaves;

    private bool Take(Queue<(long Number, Call Call)> queue, out Call call)
    {
        call = queue.Dequeue().Call;
        _waiting--;
        return true;
    }
}
