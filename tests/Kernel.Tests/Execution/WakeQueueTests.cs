using FsCheck;
using FsCheck.Fluent;
using Orchestration.Grains.Kernel.Execution;
using Orchestration.Kernel.Tests.Support;

namespace Orchestration.Kernel.Tests.Execution;

public class WakeQueueTests
{
    [Fact]
    public void TryPeek_AnyAddsAndCancels_GivesTheEarliestLive() =>
        Prop.ForAll(Gen.Choose(0, 10_000).ArrayOf(300).ToArbitrary(), static operations =>
        {
            var live = new Dictionary<long, long>();
            var queue = new WakeQueue(w => live.ContainsKey(w.Command));
            for (var i = 0; i < operations.Length; i++)
            {
                if (operations[i] % 3 > 0 || live.Count == 0)
                {
                    live[i] = operations[i] / 50;
                    queue.Add(DateTimeOffset.FromUnixTimeMilliseconds(live[i]), i, WakeKind.Timer);
                }
                else if (operations[i] % 2 == 0)
                {
                    live.Remove(live.Keys.ElementAt(operations[i] % live.Count));
                    queue.NoteStale(1);
                }
                else if (queue.TryPeek(out var first))
                {
                    queue.Pop();
                    live.Remove(first.Command);
                }

                var expected = live.OrderBy(static l =>
                    l.Value).ThenBy(static l => l.Key).Select(static l => (long?)l.Key).FirstOrDefault();
                Assert.Equal(expected, queue.TryPeek(out var wake) ? wake.Command : null);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void NoteStale_ManyCanceled_SweepsThem()
    {
        var live = new HashSet<long>();
        var queue = new WakeQueue(w => live.Contains(w.Command));
        for (var i = 0; i < 10_000; i++)
        {
            live.Add(i);
            queue.Add(Harness.Epoch.AddSeconds(i), i, WakeKind.Timer);
            if (i < 100) continue;
            live.Remove(i);
            queue.NoteStale(1);
        }

        Assert.InRange(queue.Count, 100, 300);
    }

    [Fact]
    public void Add_Never_IsNotQueued()
    {
        var queue = new WakeQueue(static _ => true);
        queue.Add(DateTimeOffset.MaxValue, 1, WakeKind.Timer);
        Assert.False(queue.TryPeek(out _));
    }
}
