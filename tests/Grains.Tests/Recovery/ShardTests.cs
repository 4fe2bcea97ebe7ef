using Orchestration.Grains.Interfaces.Recovery;
using Orchestration.Grains.Storage;
using Orchestration.Tests.Support;

namespace Orchestration.Grains.Tests.Recovery;

public sealed class ShardTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ShardUnderTest _under = new();

    public void Dispose() => _under.Dispose();

    [Fact]
    public async Task Start_RunnableRuns_AreWokenAndCounted()
    {
        for (var i = 0; i < 50; i++) await _under.AddAsync($"run-{i}", RunState.Runnable);

        _under.Run(static s => s.Start());
        await _under.WokenAsync(50);

        Assert.All(_under.Woken, static w => Assert.True(w.AfterCrash));
        Assert.Equal(50, _under.Woken.Select(static w => w.Workflow).Distinct().Count());
    }

    [Fact]
    public async Task Start_StalledRuns_AreTriedUncountedUnlessWornOut()
    {
        await _under.AddAsync("stalled", RunState.Stalled);
        var (key, handle) = await _under.AddAsync("worn-out", RunState.Stalled);
        for (var i = 0; i < 3; i++) await _under.Store.CountWakeAsync(key, handle);

        _under.Run(static s => s.Start());
        await _under.WokenAsync(1);

        Assert.Equal(("stalled", false), (_under.Woken.Single().Workflow, _under.Woken.Single().AfterCrash));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_AfterItsSiloHasStartedUp_TriesStalledRunsWhereItWasStillElsewhereThen(bool wasElsewhere)
    {
        using var under = new ShardUnderTest(
            prepare: services => services.HaveStartedUpBut(wasElsewhere ? [ShardUnderTest.Number] : [ShardUnderTest.Number + 1]));
        await under.AddAsync("stalled", RunState.Stalled);
        await under.AddAsync("runnable", RunState.Runnable);
        under.Run(static s => s.Start());
        await under.WokenAsync(wasElsewhere ? 2 : 1);
        Assert.Equal(wasElsewhere, under.Woken.Any(static w => w.Workflow.EndsWith("stalled", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Start_ParkedRuns_AreWokenWhenDueAndOverdueOnesAreCounted()
    {
        await _under.AddAsync("overdue", RunState.Parked, _under.Now - Second);
        await _under.AddAsync("soon", RunState.Parked, _under.Now + (5.125 * Second));
        await _under.AddAsync("message", RunState.Parked);
        _under.Run(static s => s.Start());
        await _under.WokenAsync(1);

        var due = _under.Now + (5.125 * Second);
        _under.Advance(5.124 * Second);
        Assert.Single(_under.Woken);
        _under.Advance(Second);

        Assert.Equal([("overdue", true), ("soon", false)], _under.Woken.Select(static w => (w.Workflow, w.AfterCrash)));
        Assert.Equal(due, _under.Woken.Last().At);
    }

    [Fact]
    public async Task Start_ManyParkedFarAhead_AreLeftInTheStoreAndWokenInTime()
    {
        for (var i = 0; i < 3_000; i++) await _under.AddAsync($"far-{i}", RunState.Parked, _under.Now + TimeSpan.FromHours(1));
        for (var i = 0; i < 10; i++) await _under.AddAsync($"near-{i}", RunState.Parked, _under.Now + (30 * Second));
        _under.Run(static s => s.Start());

        Assert.Equal(10, _under.Held());

        var due = _under.Now + TimeSpan.FromHours(1);
        _under.Advance(TimeSpan.FromHours(1) + Second);
        await Eventually.EventuallyAsync(() => FirstWakes().Count == 3_010, "all are woken");
        Assert.All(FirstWakes().Where(static w =>
            w.Key.StartsWith("far", StringComparison.Ordinal)), w => Assert.Equal(due, w.Value));

        // Here nothing but the store says that a run is parked, so every look wakes it once more: the first wake counts.
        Dictionary<string, DateTimeOffset> FirstWakes() =>
            _under.Woken.GroupBy(static w => w.Workflow).ToDictionary(static g => g.Key, static g => g.First().At);
    }

    [Fact]
    public async Task Start_BacklogOverAPage_IsWokenOnceEachAPageAtATime()
    {
        for (var i = 0; i < 2_500; i++) await _under.AddAsync($"run-{i}", RunState.Parked, _under.Now - Second);
        var mostHeld = 0;
        _under.WakeRun = async _ =>
        {
            mostHeld = Math.Max(mostHeld, _under.HeldHere);
            await Task.Yield();
        };

        _under.Run(static s => s.Start());
        await _under.WokenAsync(2_500);

        Assert.Equal(2_500, _under.Woken.Select(static w => w.Workflow).Distinct().Count());
        Assert.InRange(mostHeld, 1, 1_250);
    }

    [Fact]
    public async Task Wakes_Many_AreBounded()
    {
        var (running, most) = (0, 0);
        var go = new TaskCompletionSource();
        _under.WakeRun = async _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await go.Task;
            Interlocked.Decrement(ref running);
        };
        for (var i = 0; i < 100; i++) await _under.AddAsync($"run-{i}", RunState.Runnable);

        _under.Run(static s => s.Start());
        await _under.WokenAsync(8);
        go.SetResult();
        await _under.WokenAsync(100);

        Assert.Equal(8, most);
    }

    [Fact]
    public async Task Wakes_PlacesToSpare_AShardAloneTakesThreeQuartersOfThem()
    {
        using var under = new ShardUnderTest(width: 4, places: 16);
        var go = new TaskCompletionSource();
        under.WakeRun = _ => go.Task;
        for (var i = 0; i < 40; i++) await under.AddAsync($"run-{i}", RunState.Runnable);

        under.Run(static s => s.Start());
        await under.WokenAsync(12);
        under.Settle();
        Assert.Equal(12, under.Woken.Count);
        go.SetResult();
        await under.WokenAsync(40);
    }

    [Fact]
    public async Task Wake_Fails_IsRepeatedWithBackOff()
    {
        var failures = 3;
        _under.WakeRun = _ => failures-- > 0 ? throw new TimeoutException("no answer") : Task.CompletedTask;
        await _under.AddAsync("run", RunState.Runnable);

        _under.Run(static s => s.Start());
        await _under.WokenAsync(1);
        for (var i = 0; i < 10; i++)
        {
            _under.Advance(Second);
            _under.Settle();
        }

        await _under.WokenAsync(4);
        Assert.All(_under.Woken, static w => Assert.Equal(("run", true), (w.Workflow, w.AfterCrash)));
        Assert.True(_under.Woken.Last().At - _under.Woken.First().At >= 0.75 * 1.75 * Second);
    }

    [Fact]
    public async Task Note_WhileItsRunIsBeingWoken_WakesItAgain()
    {
        // The activation that the wake loads may be on its way out of memory already when the wake is answered.
        var answer = new TaskCompletionSource();
        _under.WakeRun = _ => answer.Task;
        await _under.AddAsync("leaving", RunState.Runnable);
        _under.Run(static s => s.Start());
        await _under.WokenAsync(1);

        _under.Run(s => s.Note([new DueNote("leaving", _under.Now)]));
        Assert.Single(_under.Woken);
        answer.SetResult();

        await _under.WokenAsync(2);
        Assert.All(_under.Woken, static w => Assert.Equal("leaving", w.Workflow));
    }

    [Fact]
    public async Task Note_OfANearTime_IsWokenThoughNoLookSawIt()
    {
        _under.Run(static s => s.Start());
        await _under.AddAsync("late-comer", RunState.Parked, _under.Now + (3 * Second));

        _under.Run(s => s.Note([new DueNote("late-comer", _under.Now + (3 * Second))]));
        _under.Advance(4 * Second);

        await _under.WokenAsync(1);
        Assert.Equal(3 * Second, _under.Woken.Single().At - new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Note_BeforeTheStart_DoesNotPutOffTheFirstLook()
    {
        await _under.AddAsync("due", RunState.Parked, _under.Now);
        _under.Arm(TimeSpan.Zero); // as its grain has it from its activation on: the first tick begins

        _under.Run(s => s.Note([new DueNote("near", _under.Now + (3 * Second)), new DueNote("asked", _under.Now, true)]));

        Assert.Equal(TimeSpan.Zero, _under.Armed);
        _under.Run(static s => s.Start());
        await _under.WokenAsync(2);
    }

    [Fact]
    public async Task Note_OfWhatNoLookTells_OutlivesTheLooks()
    {
        await _under.AddAsync("asked", RunState.Runnable);
        _under.Live.Add("asked"); // so that nothing else wakes it
        _under.Run(static s => s.Start());
        _under.Run(s => s.Note([new DueNote("asked", _under.Now + (100 * Second), true)]));
        _under.Run(static s => s.LookAgain());
        _under.Live.Remove("asked");

        for (var i = 0; i < 99; i++) _under.Advance(Second);
        Assert.Empty(_under.Woken);
        _under.Advance(Second);

        await _under.WokenAsync(1);
    }

    [Fact]
    public async Task Note_WhoseWakeFails_IsRepeatedAfterALook()
    {
        var failures = 0;
        _under.WakeRun = _ => ++failures == 1 ? throw new TimeoutException() : Task.CompletedTask;
        _under.Run(static s => s.Start());
        _under.Run(s => s.Note([new DueNote("asked", _under.Now, true)]));
        await _under.WokenAsync(1);

        _under.Run(static s => s.LookAgain());
        _under.Advance(Second);

        await _under.WokenAsync(2);
    }

    [Fact]
    public async Task Note_OfAFarTime_IsLeftToTheStore()
    {
        _under.Run(static s => s.Start());

        _under.Run(s => s.Note([new DueNote("far", _under.Now + TimeSpan.FromDays(1))]));

        Assert.Equal(0, _under.Held());
        Assert.Empty(_under.Woken);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Due_RunIsInMemory_IsLeftToItsActivation()
    {
        await _under.AddAsync("live", RunState.Parked, _under.Now + Second);
        _under.Live.Add("live");
        _under.Run(static s => s.Start());

        _under.Advance(2 * Second);
        Assert.Empty(_under.Woken);

        // Gone without a word, its time missed: the next look finds it.
        _under.Live.Remove("live");
        _under.Advance(31 * Second);
        Assert.Equal("live", _under.Woken.First().Workflow);
    }

    [Fact]
    public async Task SiloLost_RunnableRuns_AreWokenAgain()
    {
        _under.Run(static s => s.Start());
        await _under.AddAsync("orphan", RunState.Runnable);

        _under.Run(static s => s.SiloLost());

        await _under.WokenAsync(1);
        Assert.True(_under.Woken.Single().AfterCrash);
    }

    [Fact]
    public async Task SiloLost_RunThatItWroteBeforeItNoticed_IsFoundWithinSeconds()
    {
        _under.Run(static s => s.Start());
        await _under.AddAsync("before", RunState.Runnable);
        _under.Run(static s => s.SiloLost());
        await _under.WokenAsync(1);
        _under.Live.Add("before");

        await _under.AddAsync("after", RunState.Runnable);
        _under.Advance(2 * Second);

        await _under.WokenAsync(2);
        Assert.Equal("after", _under.Woken.Last().Workflow);
    }

    [Fact]
    public async Task SiloLost_RunThatHadFallenDueThere_IsWokenAgainAtOnce()
    {
        // It was woken where it was, and began an attempt anew: that is an effect of what is decided, and nothing is written.
        await _under.AddAsync("retrying", RunState.Parked, _under.Now + Second);
        _under.Run(static s => s.Start());
        _under.Advance(2 * Second);
        await _under.WokenAsync(1);

        _under.Run(static s => s.SiloLost());

        await _under.WokenAsync(2);
    }

    [Fact]
    public async Task Sweep_RunnableAtTwoSweepsOnEnd_IsWoken()
    {
        _under.Run(static s => s.Start());
        await _under.AddAsync("left-lying", RunState.Runnable);
        await _under.AddAsync("in-memory", RunState.Runnable);
        _under.Live.Add("in-memory");

        _under.Run(static s => s.Sweep());
        Assert.Empty(_under.Woken);
        _under.Run(static s => s.Sweep());

        await _under.WokenAsync(1);
        Assert.Equal("left-lying", _under.Woken.Single().Workflow);
    }

    [Fact]
    public async Task Remind_ForAWhileAfterALoss_SweepsEachTime()
    {
        _under.Run(static s => s.Start());
        _under.Run(static s =>
        {
            for (var minutes = 0; minutes < 60; minutes++) s.Remind();
        });

        // It is long since that anybody was lost: it may take its time.
        await _under.AddAsync("found-late", RunState.Runnable);
        _under.Run(static s => s.Remind());
        _under.Run(static s => s.Remind());
        Assert.Empty(_under.Woken);

        // Written by the lost silo when the others had already looked for what it left.
        _under.Run(static s => s.SiloLost());
        await _under.WokenAsync(1);
        await _under.AddAsync("written-late", RunState.Runnable);
        _under.Run(static s => s.Remind());
        _under.Run(static s => s.Remind());

        await Eventually.EventuallyAsync(() => _under.Woken.Any(static w => w.Workflow == "written-late"), "it is woken");
    }

    [Fact]
    public async Task Stopped_WakesNothingMore()
    {
        await _under.AddAsync("run", RunState.Parked, _under.Now + Second);
        _under.Run(static s => s.Start());
        _under.Run(static s => s.Stop());

        _under.Advance(60 * Second);

        Assert.Empty(_under.Woken);
    }
}
