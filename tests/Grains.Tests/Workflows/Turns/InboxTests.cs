using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Workflows.Turns;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows.Turns;

/// <summary>What a turn takes, and who is answered what once it is durable.</summary>
public sealed class InboxTests : IActivityPlacement
{
    private readonly Inbox _inbox = new();
    private readonly WorkflowRun _run;

    public InboxTests() => _run = new WorkflowRun(new RunSettings { Workflows = new WorkflowCatalog([]), Placement = this });

    [Fact]
    public void Take_MoreThanATurnTakes_LeavesTheRestInOrder()
    {
        var entries = Add([.. Enumerable.Range(0, 1_001).Select(static i => Signal(i))]);
        _inbox.Take();
        Assert.Equal(entries.Take(1_000).Select(static e => e.Stimulus), _inbox.Taken);
        Assert.Equal(1, _inbox.Count);
        _inbox.Answer(_run, Turn());
        Assert.Equal(1_000, entries.Count(static e => e.Done.IsCompleted));
        _inbox.Take();
        Assert.Same(entries[^1].Stimulus, Assert.Single(_inbox.Taken));
    }

    [Fact]
    public void Take_LargePayloads_EndsTheTurnAtItsBytes()
    {
        Add(Signal(0, bytes: 1 << 20), Signal(1));
        _inbox.Take();
        Assert.Single(_inbox.Taken);
        Assert.Equal(1, _inbox.Count);
    }

    [Fact]
    public async Task Answer_RefusedRejectedAndLateOnes_TellsEachWhatBecameOfIt()
    {
        var entries = Add(Signal(0), Signal(1), Signal(2), Signal(3), Signal(4));
        var wrong = new RejectedStimulus(entries[2].Stimulus, RejectionKind.Invalid, "wrong");
        _inbox.Take();
        Assert.True(_inbox.IsAnsweredBy(Turn()));
        _inbox.Answer(_run, Turn() with
        {
            Refused = [entries[1].Stimulus],
            Rejected = [wrong, new RejectedStimulus(entries[3].Stimulus, RejectionKind.Closed, "closed")],
            Late = [entries[4].Stimulus],
        });
        var outcomes = await Task.WhenAll(entries.Select(static e => e.Done));
        Assert.Equal(
            [
                InboxOutcome.Committed, InboxOutcome.Stalled, InboxOutcome.Rejected, InboxOutcome.Closed, InboxOutcome.Closed,
            ],
            outcomes);
        Assert.Same(wrong, entries[2].Rejection);
        Assert.Empty(_inbox.Taken);
    }

    [Fact]
    public void IsAnsweredBy_AllRefusedOrNobodyWaiting_IsFalse()
    {
        var entries = Add(Signal(0));
        _inbox.Take();
        Assert.False(_inbox.IsAnsweredBy(Turn() with { Refused = [entries[0].Stimulus] }));
        _inbox.Answer(_run, Turn());
        _inbox.Add(new InboxEntry(Signal(1), awaited: false));
        _inbox.Take();
        Assert.False(_inbox.IsAnsweredBy(Turn()));
    }

    [Fact]
    public void GiveBack_WhatATurnHadTaken_GoesBeforeWhatCameSince()
    {
        var update = new UpdateRun("u", "update", []);
        var entries = Add(Signal(0), update, Signal(1));
        _inbox.Take();
        var later = Add(Signal(2));
        Assert.True(_inbox.Reject(u => new RejectedStimulus(u, RejectionKind.UpdateRejected, "given up")));
        _inbox.GiveBack();
        Assert.Equal(InboxOutcome.Rejected, entries[1].Outcome);
        Assert.Empty(_inbox.Taken);
        _inbox.Take();
        Assert.Equal([entries[0].Stimulus, entries[2].Stimulus, later[0].Stimulus], _inbox.Taken);
        Assert.False(entries[0].Done.IsCompleted);
    }

    [Fact]
    public void HandOn_ToARunThatGoesOn_KeepsWhatIsForTheInstance()
    {
        var (late, bound) = (Signal(0), Signal(1) with { IsBound = true });
        var taken = Add(late, Signal(2));
        _inbox.Take();
        var waiting = Add(bound, Signal(3), AdvanceTime.Instance);
        _inbox.HandOn(Turn() with { Late = [late] }, goesOn: true);
        Assert.Equal(InboxOutcome.Closed, waiting[0].Outcome);
        Assert.True(waiting[2].Done.IsCompleted); // time is the old run's
        _inbox.Answer(_run, Turn());
        Assert.True(taken[1].Done.IsCompleted);
        Assert.False(taken[0].Done.IsCompleted); // the next run takes it
        _inbox.Take();
        Assert.Equal([late, waiting[1].Stimulus], _inbox.Taken);
    }

    [Fact]
    public void HandOn_ToARunThatTakesItsPlace_KeepsNothing()
    {
        var waiting = Add(Signal(0), new ReportActivity(1, 1, new ActivityOutcome.Completed(Payload.Null)));
        _inbox.HandOn(Turn(), goesOn: false);
        Assert.Equal(0, _inbox.Count);
        Assert.Equal([InboxOutcome.Closed, InboxOutcome.Committed], waiting.Select(static e => e.Outcome));
    }

    [Fact]
    public void Disown_TakenAndWaiting_AllComeAgain()
    {
        var entries = Add(Signal(0));
        _inbox.Take();
        entries.AddRange(Add(Signal(1)));
        _inbox.Disown();
        Assert.All(entries, static e => Assert.Equal(InboxOutcome.NotOwner, e.Outcome));
        Assert.All(entries, static e => Assert.True(e.Done.IsCompleted));
    }

    [Fact]
    public void TryNoteTime_WhileItWaits_IsTakenOnce()
    {
        Assert.True(_inbox.TryNoteTime());
        Add(AdvanceTime.Instance);
        Assert.False(_inbox.TryNoteTime());
        _inbox.Take();
        Assert.True(_inbox.TryNoteTime());
    }

    string IActivityPlacement.ChooseHost(string activityType) => "nowhere";

    bool IActivityPlacement.IsAlive(string host) => false;

    private List<InboxEntry> Add(params Stimulus[] stimuli)
    {
        var entries = stimuli.Select(static s => new InboxEntry(s, awaited: true)).ToList();
        foreach (var entry in entries) _inbox.Add(entry);
        return entries;
    }

    private static SignalRun Signal(int number, int bytes = 0) =>
        new($"signal-{number}", bytes == 0 ? [] : [new Payload(new byte[bytes])], null, null);

    private static Turn Turn() => new([], [], MadeProgress: false);
}
