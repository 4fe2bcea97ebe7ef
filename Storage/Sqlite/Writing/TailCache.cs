using System.Runtime.InteropServices;
using Orchestration.Workflows;

namespace Orchestration.Storage.Sqlite.Writing;

/// <summary>What the writer knows of a run's end.</summary>
internal struct Tail
{
    public RunId Run;
    public long Sequence;
    public int Wakes;
}

/// <summary>
/// The ends of the runs that were written lately, so that an append need not look for them: this process alone writes the file.
/// Bounded: two generations, of which the older is dropped when the newer is full. Emptied by a rollback.
/// </summary>
internal sealed class TailCache(int generation)
{
    private Dictionary<long, Tail> _young = [];
    private Dictionary<long, Tail> _old = [];

    /// <summary>The run's entry, to be read or changed at once; a null reference where it is not known.</summary>
    public ref Tail Find(long handle)
    {
        ref var young = ref CollectionsMarshal.GetValueRefOrNullRef(_young, handle);
        if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref young)) return ref young;
        if (!_old.Remove(handle, out var tail)) return ref System.Runtime.CompilerServices.Unsafe.NullRef<Tail>();
        return ref Add(handle, tail);
    }

    public ref Tail Add(long handle, Tail tail)
    {
        if (_young.Count >= generation)
        {
            (_old, _young) = (_young, _old);
            _young.Clear();
        }

        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_young, handle, out _)!;
        place = tail;
        return ref place;
    }

    public void Remove(long handle)
    {
        _young.Remove(handle);
        _old.Remove(handle);
    }

    public void Clear()
    {
        _young.Clear();
        _old.Clear();
    }
}
