using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Messages;
using Orchestration.Grains.Messaging;
using Orchestration.Grains.Workflows.Turns;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Requests;

/// <summary>
/// Messages of other runs: each is bound to a run (and what that continues as), taken there once, and answered once what it
/// changed is durable (invariant 7).
/// </summary>
internal sealed class RunCallRequests(IMessagedInstance instance, WorkflowServices services)
{
    /// <summary>Nothing is known of what became of the message.</summary>
    public static readonly RunCallReply TryAgain = new(RunCallAnswer.TryAgain);

    /// <summary>What the message changed is durable.</summary>
    public static readonly RunCallReply Taken = new(RunCallAnswer.Taken);

    private DateTimeOffset Now => services.Clock.GetUtcNow();

    /// <summary>Takes messages of other runs, in order.</summary>
    public async Task<RunCallReply[]> DeliverAsync(RunCall[] calls)
    {
        var replies = new RunCallReply?[calls.Length];
        var waits = new Task<InboxOutcome>?[calls.Length];
        for (var i = 0; i < calls.Length; i++)
        {
            if (calls[i].Kind == RunCallKind.StartChild)
            {
                instance.BeginTurns();
                replies[i] = await instance.StartChildAsync(calls[i]);
            }
            else
            {
                (replies[i], waits[i]) = await TakeCallAsync(calls[i]);
            }

            if (replies[i]?.Answer == RunCallAnswer.TryAgain) break; // what follows waits for its turn
        }

        instance.BeginTurns(); // one turn takes them all
        for (var i = 0; i < calls.Length; i++)
        {
            if (waits[i] is { } wait) replies[i] = await AnswerCallAsync(calls[i], wait);
            replies[i] ??= TryAgain;
        }

        return replies!;
    }

    private async Task<RunCallReply> AnswerCallAsync(RunCall call, Task<InboxOutcome> wait) => await wait switch
    {
        InboxOutcome.Committed => Taken,
        InboxOutcome.Closed => await EndedAsync(call),
        InboxOutcome.Rejected when instance.Closed is not null => await EndedAsync(call),
        InboxOutcome.Rejected => new RunCallReply(RunCallAnswer.Refused, null, "its handler does not take such arguments."),
        _ => TryAgain,
    };

    private async Task<(RunCallReply?, Task<InboxOutcome>?)> TakeCallAsync(RunCall call)
    {
        await instance.EnsureKnownAsync();
        if (instance.IsLeaving) return (TryAgain, null); // it may know of no run any more, which is not to say that there is none
        if (instance.LatestRun is not { } latest) return (instance.IsMissing ? Missing(call) : TryAgain, null);
        if (call.Kind == RunCallKind.ChildOutcome && latest.Value != call.TargetRun) return (await EndedAsync(call), null);
        if (instance.Closed is null && await instance.EnsureOpenAsync() is not null) return (TryAgain, null);
        if (call.Kind == RunCallKind.Bind)
        {
            if (instance.Closed is not null && !await instance.KnowsLatestAsync()) return (TryAgain, null);
            return (instance.Closed is { } closed
                ? Closed(closed.Record.Key.RunId, closed.Record.Summary.Status)
                : instance.Open is { } bound ? new RunCallReply(RunCallAnswer.Taken, bound.Run.FirstRun.Value) : TryAgain, null);
        }

        if (instance.Closed is not null) return (await EndedAsync(call), null);
        if (instance.Open is not { } open) return (TryAgain, null);
        if (call.Kind != RunCallKind.ChildOutcome && open.Run.FirstRun.Value != call.TargetRun && latest.Value != call.TargetRun)
            return (await EndedAsync(call), null);
        return ToStimulus(call) is { } stimulus ? (null, instance.Gather(stimulus)) : (Taken, null);
    }

    /// <summary>The answer to a message whose run has ended, or was never there.</summary>
    private async Task<RunCallReply> EndedAsync(RunCall call)
    {
        if (!await instance.KnowsLatestAsync()) return TryAgain; // another activation may have the run that is meant
        if (call.Kind is RunCallKind.Terminate or RunCallKind.ChildOutcome) return Taken; // nobody waits for it
        if (call.TargetRun is not { } target) return Missing(call);
        var run = new RunId(target);
        if (await services.Reader.FindAsync(instance.Key, run) is not { } record) return Missing(call);
        return await ReceivedMessages.ContainsAsync(
            services.Reader, instance.Key, run, RunCalls.SourceOf(call), call.Repeated ? null : Now - MessageLife.Longest)
                ? Taken
                : Closed(run, record.Summary.Status);
    }

    private static Stimulus? ToStimulus(RunCall call) => call.Kind switch
    {
        RunCallKind.Signal => new SignalRun(call.Name ?? "", call.Arguments ?? [], null, RunCalls.SourceOf(call))
        {
            Headers = call.Headers,
        },
        RunCallKind.Cancel => new RequestCancel(call.Reason, null) { Sender = RunCalls.SourceOf(call) },
        RunCallKind.Terminate => new Terminate(call.Reason, null),
        RunCallKind.ChildOutcome => new ReportChild(
            call.SourceCommand, new RunId(call.ChildRun ?? Guid.Empty), call.Status, call.Result, call.Failure),
        _ => null,
    };

    private static RunCallReply Missing(RunCall call) => call.Kind is RunCallKind.Terminate or RunCallKind.ChildOutcome
        ? Taken // nobody is left to hear of it
        : new RunCallReply(RunCallAnswer.NotFound, null, call.TargetRun is { } run
            ? $"there is no run {new RunId(run)} of it." : "there is no such workflow.");

    private static RunCallReply Closed(RunId run, WorkflowStatus status) =>
        new(RunCallAnswer.Closed, null, $"its run {run} has ended ({status}).");
}
