using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Messages;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Turns;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Requests;

/// <summary>
/// The way of messages into the inbox, or past it: what an ended run has taken before is acknowledged by that one and taken by no
/// other (invariants 7 and 8); all else is answered once the turn that took it is durable (invariant 1).
/// </summary>
internal sealed class MessageInbox(IInstance instance, WorkflowServices services)
{
    private DateTimeOffset Now => services.Clock.GetUtcNow();

    /// <summary>
    /// Puts messages into the inbox and waits for their commit; what was not taken leaves its fault at the message's place.
    /// </summary>
    /// <returns>Why none of them was looked at, or that it is unknown what became of them.</returns>
    public async Task<Fault?> PostAsync(Stimulus?[] stimuli, Fault?[] faults, bool isRepeat)
    {
        if (instance.Closed is null && await instance.EnsureOpenAsync() is { } fault) return fault;
        if (instance.Closed is { } closed)
        {
            return await instance.KnowsLatestAsync()
                ? await JudgeLateAsync(closed.Record, stimuli, faults, isRepeat) : WorkflowFaults.Moving;
        }

        if (instance.Open is { } open && MessageLife.MayFollowOthers(open, Now))
        {
            if (await DropTakenAsync(stimuli, isRepeat) is { } damaged) return damaged;
            if (instance.Open != open) return WorkflowFaults.Moving;
        }

        var entries = new InboxEntry?[stimuli.Length];
        InboxEntry? last = null;
        for (var i = stimuli.Length - 1; i >= 0; i--)
        {
            // The inbox keeps its order: when the last is answered, all are.
            if (stimuli[i] is not { } stimulus) continue;
            entries[i] = new InboxEntry(stimulus, awaited: last is null);
            last ??= entries[i];
        }

        if (last is null) return null;
        foreach (var entry in entries)
            if (entry is not null) instance.Enqueue(entry);
        instance.BeginTurns();
        await last.Done;
        Fault? whole = null;
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i] is not { } entry) continue;
            switch (entry.Outcome)
            {
                case InboxOutcome.NotOwner:
                    whole = WorkflowFaults.Moving;
                    break;
                case InboxOutcome.Stalled:
                    faults[i] = WorkflowFaults.Stalled(instance.Open?.Run.Stall?.Message ?? "its code does not fit.");
                    break;
                case InboxOutcome.Closed:
                    faults[i] = RequestFaults.Closed(instance);
                    break;
                case InboxOutcome.Rejected:
                    faults[i] = RequestFaults.Of(entry.Rejection!, instance);
                    break;
            }
        }

        return whole;
    }

    /// <summary>
    /// Messages to a run that has ended: those that it took before are acknowledged. Not only repeats: one may come twice, and
    /// the copy that is late speaks for the one whose answer was lost.
    /// </summary>
    private async Task<Fault?> JudgeLateAsync(RunRecord closed, Stimulus?[] stimuli, Fault?[] faults, bool isRepeat)
    {
        for (var i = 0; i < stimuli.Length; i++)
        {
            if (stimuli[i] is not { } stimulus || faults[i] is not null) continue;
            var (run, damaged) = !isRepeat && !MessageLife.MayHaveReached(closed, Now) ? default
                : stimulus.IsForInstance ? await instance.FindTakenAsync(stimulus, isRepeat)
                : await instance.Earlier.FindTakenAsync(stimulus, isRepeat, closed.Key.RunId, open: null, alone: true);
            if (damaged is not null) return damaged;
            if (run is null) faults[i] = WorkflowFaults.Closed(instance.Key, closed.Key.RunId, closed.Summary.Status);
        }

        return null;
    }

    /// <summary>Messages that a run took which has ended are acknowledged, and not taken by the one that is open.</summary>
    private async Task<Fault?> DropTakenAsync(Stimulus?[] stimuli, bool isRepeat)
    {
        for (var i = 0; i < stimuli.Length; i++)
        {
            if (stimuli[i] is not { } stimulus) continue;
            var (run, damaged) = await instance.FindTakenAsync(stimulus, isRepeat);
            if (damaged is not null) return damaged;
            if (run is not null) stimuli[i] = null;
        }

        return null;
    }

    /// <summary>
    /// A message to a run before the latest one: one that it took then is acknowledged, where it is sent again.
    /// </summary>
    public async Task<Fault?> JudgeOlderAsync(Guid run, Stimulus stimulus, bool isRepeat)
    {
        if (await services.Reader.FindAsync(instance.Key, new RunId(run)) is not { } older)
            return WorkflowFaults.NotFound(instance.Key, run);
        // A later run than this activation knows of: whoever writes it has to say.
        if (older.Summary.ClosedAt is null) return WorkflowFaults.Moving;
        var faults = new Fault?[1];
        return await JudgeLateAsync(older, [stimulus], faults, isRepeat) ?? faults[0];
    }
}
