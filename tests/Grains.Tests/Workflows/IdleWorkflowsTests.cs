using Orchestration.Grains.Workflows.Idle;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>Which idle activations stay in memory.</summary>
public sealed class IdleWorkflowsTests
{
    [Fact]
    public void Add_ParkedOnesBeyondTheNumber_LetsTheLongestUnusedGo()
    {
        var idle = new IdleWorkflows(2);
        var all = Enumerable.Range(0, 4).Select(static _ => new Idle()).ToList();
        idle.Add(all[0], isClosed: false);
        idle.Add(all[1], isClosed: false);
        all[0].Touched = true;
        idle.Add(all[2], isClosed: false);
        idle.Add(all[3], isClosed: false);
        Assert.Equal([0, 1, 1, 0], all.Select(static i => i.Evictions)); // the touched one went round once more
    }

    [Fact]
    public void Add_ClosedOnes_AreFewAndPushOutNoParkedOne()
    {
        var idle = new IdleWorkflows(3_000);
        var parked = new Idle();
        idle.Add(parked, isClosed: false);
        var closed = Enumerable.Range(0, 1_000).Select(static _ => new Idle()).ToList();
        foreach (var one in closed) idle.Add(one, isClosed: true);
        Assert.Equal(0, parked.Evictions);
        Assert.Equal(1_000 - IdleWorkflows.MostClosed, closed.Sum(static i => i.Evictions));
        Assert.All(closed.TakeLast(IdleWorkflows.MostClosed), static i => Assert.Equal(0, i.Evictions));
    }

    [Fact]
    public void Leave_OneThatStandsInTheQueue_IsNotLetGoAndMakesRoom()
    {
        var idle = new IdleWorkflows(1);
        var (gone, kept, next) = (new Idle(), new Idle(), new Idle());
        var place = idle.Add(gone, isClosed: false);
        Assert.True(place.IsQueued);
        place.Leave();
        Assert.False(place.IsQueued);
        idle.Add(kept, isClosed: false);
        Assert.Equal((0, 0), (gone.Evictions, kept.Evictions));
        idle.Add(next, isClosed: false);
        Assert.Equal((0, 1, 0), (gone.Evictions, kept.Evictions, next.Evictions));
    }

    private sealed class Idle : IIdleWorkflow
    {
        public bool Touched { get; set; }

        public int Evictions { get; private set; }

        public bool TakeTouched()
        {
            var was = Touched;
            Touched = false;
            return was;
        }

        public void Evict() => Evictions++;
    }
}
