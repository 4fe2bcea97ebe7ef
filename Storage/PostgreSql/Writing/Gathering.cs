namespace Orchestration.Storage.PostgreSql.Writing;

/// <summary>
/// Whether a group that could go at once waits a moment for more. Runs whose writes have just become durable go on, and most
/// write again soon, one shortly after the other: a lane that goes with the first of them lets the others wait for its whole
/// commit, and a group is paid for twice. It waits for twice as many as were there last, or for as many as such a wait brought;
/// half as long as a commit takes and no longer; and only where commits take long, since the database is far away or the machine
/// has much to do. A lone run, and those whose activities take their time, wait for nothing. Used under the writer's gate.
/// </summary>
internal sealed class Gathering(TimeProvider time)
{
    /// <summary>The least that a timer is good for.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(3);

    /// <summary>How many chances are passed over, at most, where waiting gained nothing.</summary>
    private const int MostPassedOver = 64;

    /// <summary>For how many groups it is believed that no more come than came.</summary>
    private const int Belief = 16;

    private TimeSpan _commit;
    private long _committedAt;
    private int _expected;
    private int _began;
    private int _came;
    private int _believed;
    private int _passOver;
    private int _passOverNext = 1;

    /// <summary>Whether a group gathers now.</summary>
    public bool IsOpen => _began > 0;

    /// <summary>A group was committed.</summary>
    /// <param name="took">How long that took.</param>
    /// <param name="writes">Its size.</param>
    /// <param name="ready">How many have come meanwhile and are ready.</param>
    public void Committed(TimeSpan took, int writes, int ready)
    {
        _commit += (took - _commit) / 8;
        _committedAt = time.GetTimestamp();
        var last = writes + ready;
        if (last > _came || _believed-- <= 0) _came = int.MaxValue;
        _expected = last == 1 ? 1 : Math.Min(_came, 2 * last);
    }

    /// <summary>Begins to wait for more than are ready, where that is worth while.</summary>
    /// <returns>For how long at most; null where the group is to go at once.</returns>
    public TimeSpan? TryOpen(int ready)
    {
        var wait = _commit / 2;
        if (ready >= _expected || wait < Shortest || time.GetElapsedTime(_committedAt) > _commit) return null;
        if (_passOver > 0)
        {
            _passOver--;
            return null;
        }

        _began = ready;
        return wait < Longest ? wait : Longest;
    }

    /// <summary>Whether as many are ready as were waited for.</summary>
    public bool IsFull(int ready) => ready >= _expected;

    /// <summary>The group goes. Where it did not grow by half, chances are passed over, more of them each time.</summary>
    public void Close(int ready)
    {
        if (2 * ready >= 3 * _began) _passOverNext = 1;
        else (_passOver, _passOverNext) = (_passOverNext, Math.Min(_passOverNext * 2, MostPassedOver));
        if (!IsFull(ready)) (_came, _believed) = (ready, Belief);
        _began = 0;
    }
}
