using System.Runtime.InteropServices;

namespace Orchestration.Grains.Kernel.Execution;

/// <summary>What time brings.</summary>
internal enum WakeKind : byte
{
    RunDeadline,
    StartDelay,
    Timer,
    Retry,
    ScheduleToStart,
    ScheduleToClose,
    ChildRetry,
    StartToClose,
    Heartbeat,
}

/// <summary>Something that is due at an instant.</summary>
/// <param name="Due">When, in Unix milliseconds.</param>
/// <param name="Command">The command that it belongs to.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Attempt">The attempt that it belongs to; 0 where it belongs to none.</param>
/// <param name="Serial">Its place among all that were ever queued, to tell what was there before a moment.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Wake(long Due, long Command, WakeKind Kind, int Attempt, long Serial) : IComparable<Wake>
{
    public int CompareTo(Wake other) =>
        Due != other.Due ? Due.CompareTo(other.Due)
        : Command != other.Command ? Command.CompareTo(other.Command)
        : Kind != other.Kind ? Kind.CompareTo(other.Kind)
        : Serial.CompareTo(other.Serial);
}

/// <summary>
/// All due times of a run, earliest first (then by command): a binary heap. What was cancelled stays until it surfaces, or until
/// more than half of the heap is such and it is swept.
/// </summary>
/// <param name="isLive">Whether a wake still means anything.</param>
internal sealed class WakeQueue(Func<Wake, bool> isLive)
{
    private const int SweepAbove = 64;

    private readonly List<Wake> _heap = [];
    private int _stale;

    /// <summary>The serial that the next wake gets.</summary>
    public long NextSerial { get; private set; }

    /// <summary>How many entries are held, stale ones included.</summary>
    public int Count => _heap.Count;

    public void Add(DateTimeOffset due, long command, WakeKind kind, int attempt = 0)
    {
        var milliseconds = Times.ToMilliseconds(due);
        if (milliseconds == long.MaxValue) return;
        Push(new Wake(milliseconds, command, kind, attempt, NextSerial++));
    }

    /// <summary>Puts back what was taken.</summary>
    public void Push(Wake wake)
    {
        _heap.Add(wake);
        var at = _heap.Count - 1;
        while (at > 0)
        {
            var parent = (at - 1) / 2;
            if (_heap[parent].CompareTo(wake) <= 0) break;
            _heap[at] = _heap[parent];
            at = parent;
        }

        _heap[at] = wake;
    }

    /// <summary>The earliest that still means something.</summary>
    public bool TryPeek(out Wake wake)
    {
        while (_heap.Count > 0)
        {
            wake = _heap[0];
            if (isLive(wake)) return true;
            Pop();
            if (_stale > 0) _stale--;
        }

        wake = default;
        return false;
    }

    /// <summary>Takes the earliest out.</summary>
    public void Pop()
    {
        var last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (_heap.Count > 0) Sink(0, last);
    }

    /// <summary>Says that some entries mean nothing any more.</summary>
    public void NoteStale(int count)
    {
        _stale += count;
        if (_heap.Count <= SweepAbove || _stale * 2 <= _heap.Count) return;
        _heap.RemoveAll(w => !isLive(w));
        for (var i = (_heap.Count / 2) - 1; i >= 0; i--) Sink(i, _heap[i]);
        _stale = 0;
    }

    public void Clear()
    {
        _heap.Clear();
        _heap.TrimExcess();
        _stale = 0;
    }

    private void Sink(int at, Wake wake)
    {
        while (true)
        {
            var child = (2 * at) + 1;
            if (child >= _heap.Count) break;
            if (child + 1 < _heap.Count && _heap[child + 1].CompareTo(_heap[child]) < 0) child++;
            if (wake.CompareTo(_heap[child]) <= 0) break;
            _heap[at] = _heap[child];
            at = child;
        }

        _heap[at] = wake;
    }
}
