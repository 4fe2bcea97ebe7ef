using Orchestration.Storage.PostgreSql.Writing;
using Orchestration.Tests.Support;

namespace Orchestration.PostgreSql.Tests;

/// <summary>When a group waits for more, and how that is learnt.</summary>
public sealed class GatheringTests
{
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(4);

    private readonly ManualTimeProvider _time = new();
    private readonly Gathering _gathering;

    public GatheringTests() => _gathering = new Gathering(_time);

    [Fact]
    public void EightThatComeBackAtOnce_AreSoonOneGroup()
    {
        var sizes = Loop(callers: 8, groups: 40, Slow, think: TimeSpan.FromMicroseconds(100));
        Assert.All(sizes.Skip(8), size => Assert.Equal(8, size));
    }

    [Fact]
    public void LoneCaller_WaitsForNothing()
    {
        Loop(callers: 1, groups: 200, Slow, think: TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, _waited);
    }

    [Fact]
    public void ShortCommits_AreNotWaitedFor()
    {
        Loop(callers: 8, groups: 200, TimeSpan.FromMilliseconds(1), think: TimeSpan.FromMicroseconds(100));
        Assert.Equal(TimeSpan.Zero, _waited);
    }

    [Fact]
    public void NobodyComesInTime_IsTriedSeldom()
    {
        for (var i = 0; i < 1000; i++)
        {
            _gathering.Committed(Slow, 2, 0);
            if (_gathering.TryOpen(1) is { } wait) EndOf(wait, ready: 1);
        }

        Assert.InRange(_waits, 1, 25); // each 64th in the end
    }

    [Fact]
    public void NobodyWroteForAWhile_IsNotWaitedFor()
    {
        Loop(callers: 8, groups: 40, Slow, think: TimeSpan.FromMicroseconds(100));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_gathering.TryOpen(1));
    }

    [Fact]
    public void Wait_IsHalfACommitAndThreeMillisecondsAtMost()
    {
        for (var i = 0; i < 100; i++) _gathering.Committed(Slow, 8, 0);
        Assert.InRange(_gathering.TryOpen(1)!.Value, Slow / 2.1, Slow / 2);
        _gathering.Close(8);
        for (var i = 0; i < 100; i++) _gathering.Committed(TimeSpan.FromSeconds(2), 8, 0);
        Assert.Equal(TimeSpan.FromMilliseconds(3), _gathering.TryOpen(1));
    }

    private TimeSpan _waited;
    private int _waits;

    private void EndOf(TimeSpan wait, int ready)
    {
        _waits++;
        _waited += wait;
        _time.Advance(wait);
        _gathering.Close(ready);
    }

    /// <summary>Callers that write again some time after their answers, one after the other, and one lane.</summary>
    private List<int> Loop(int callers, int groups, TimeSpan commit, TimeSpan think)
    {
        var sizes = new List<int>();
        var ready = 1;
        var away = callers - 1; // come while the first group is committed
        while (sizes.Count < groups)
        {
            var group = ready;
            (ready, away) = (away, 0);
            _time.Advance(commit);
            _gathering.Committed(commit, group, ready);
            sizes.Add(group);
            away = group;
            if (ready == 0) Arrive(think, ref ready, ref away);
            if (_gathering.TryOpen(ready) is not { } wait) continue;
            var waited = TimeSpan.Zero;
            while (away > 0 && waited + think <= wait && !_gathering.IsFull(ready))
            {
                Arrive(think, ref ready, ref away);
                waited += think;
            }

            EndOf(_gathering.IsFull(ready) ? TimeSpan.Zero : wait - waited, ready);
        }

        return sizes;
    }

    private void Arrive(TimeSpan think, ref int ready, ref int away)
    {
        _time.Advance(think);
        (ready, away) = (ready + 1, away - 1);
    }
}
